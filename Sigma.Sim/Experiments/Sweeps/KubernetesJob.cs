// A sweep as an indexed job of Kubernetes: each pod learns from JOB_COMPLETION_INDEX which shard is its own.
using System.Globalization;
using System.Text;

namespace Sigma.Sim.Experiments.Sweeps;

/// <summary>Writes manifests.</summary>
public static class KubernetesJob
{
    private const int LongestName = 52;

    /// <summary>The manifest, as `kubectl apply -f -` takes it.</summary>
    /// <param name="sweep">Name of the sweep.</param>
    /// <param name="tasks">Pods, at least 1.</param>
    /// <param name="image">Image that holds the program and the plan.</param>
    /// <param name="threads">Cores of a pod.</param>
    /// <param name="arguments">Words after the program's name that run the sweep.</param>
    public static string Manifest(
        string sweep, int tasks, string image, int threads, IReadOnlyList<string> arguments)
    {
        var name = NameOf(sweep);
        string[] words =
        [
            "sigma", .. arguments, "--shards", tasks.ToString(CultureInfo.InvariantCulture), "--threads",
            threads.ToString(CultureInfo.InvariantCulture), "--out", "/results", "--quiet",
        ];
        var text = new StringBuilder();
        text.Append($"""
            # Pods share the claim `{name}`, mounted at /results. When all have ended, `sigma merge` puts the parts
            # together. A pod that is lost begins again, and goes on from its journal.
            apiVersion: batch/v1
            kind: Job
            metadata:
              name: {name}
            spec:
              completionMode: Indexed
              completions: {tasks}
              parallelism: {tasks}
              backoffLimitPerIndex: 3
              template:
                spec:
                  restartPolicy: Never
                  containers:
                    - name: sigma
                      image: {Quoted(image)}
                      command: [{string.Join(", ", words.Select(Quoted))}]
                      resources:
                        requests:
                          cpu: "{threads}"
                      volumeMounts:
                        - name: results
                          mountPath: /results
                  volumes:
                    - name: results
                      persistentVolumeClaim:
                        claimName: {name}

            """.ReplaceLineEndings("\n"));
        return text.ToString();
    }

    /// <summary>Lower-case letters, digits and dashes, a letter or digit at both ends (RFC 1123).</summary>
    private static string NameOf(string sweep)
    {
        var name = $"sigma-{sweep.ToLowerInvariant().Replace('_', '-').Replace('.', '-')}";
        return name[..Math.Min(LongestName, name.Length)].TrimEnd('-');
    }

    private static string Quoted(string word) =>
        $"\"{word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
