// How such a Slurm is set up: no accounting, no control groups, eight processors of a machine that has two.
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Sigma.Sim.Tests.Slurm;

/// <summary>The configuration of a Slurm of one node that keeps to loopback and to its own folder.</summary>
internal static class SlurmConf
{
    // Some plugin must be named: slurmd 22.05 knows no "disabled", and cgroup/v1 touches nothing until it is used.
    /// <summary>The text of cgroup.conf.</summary>
    public const string Cgroup = "CgroupPlugin=cgroup/v1\n";

    /// <summary>The text of slurm.conf, with two ports that are free now.</summary>
    public static string Text(string folder, string nodeName, int minJobAgeSeconds) => $"""
        ClusterName=one
        SlurmctldHost=localhost(127.0.0.1)
        SlurmctldPort={FreePort()}
        SlurmdPort={FreePort()}
        CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
        SlurmUser=root
        SlurmdUser=root
        AuthType=auth/munge
        CredType=cred/munge
        AuthInfo=socket={folder}/munge.sock,cred_expire=5
        StateSaveLocation={folder}/state
        SlurmdSpoolDir={folder}/spool
        SlurmctldPidFile={folder}/slurmctld.pid
        SlurmdPidFile={folder}/slurmd.pid
        SlurmctldLogFile={folder}/slurmctld.log
        SlurmdLogFile={folder}/slurmd.log
        ProctrackType=proctrack/linuxproc
        TaskPlugin=task/none
        JobAcctGatherType=jobacct_gather/none
        AccountingStorageType=accounting_storage/none
        MpiDefault=none
        MailProg=/bin/true
        SelectType=select/cons_tres
        SelectTypeParameters=CR_CPU
        SchedulerType=sched/backfill
        SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0,bf_interval=1
        MinJobAge={minJobAgeSeconds}
        KillWait=1
        BatchStartTimeout=1
        MessageTimeout=5
        SlurmdTimeout=5
        ReturnToService=1
        SlurmdParameters=config_overrides
        NodeName={nodeName} NodeHostname=localhost NodeAddr=127.0.0.1 CPUs=8 RealMemory=65536 State=UNKNOWN
        PartitionName=main Nodes={nodeName} Default=YES MaxTime=INFINITE State=UP

        """;

    private static int FreePort()
    {
        // Below the ephemeral range (32768 and up), so that no outgoing connection takes it before the daemon does.
        for (var attempt = 0; ; attempt++)
        {
            using var listener = new TcpListener(IPAddress.Loopback, RandomNumberGenerator.GetInt32(20_000, 32_000));
            try
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException) when (attempt < 100)
            {
            }
        }
    }
}
