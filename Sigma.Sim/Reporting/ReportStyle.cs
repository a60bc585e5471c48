// The look of the page: one column, one accent, a type scale of five sizes, room to breathe. It follows the reader's
// choice of dark or light, prints on A4, and at the width of a telephone only tables and figures scroll, each inside
// its own box.
namespace Sigma.Sim.Reporting;

/// <summary>The page's style sheet.</summary>
internal static class ReportStyle
{
    public static string Sheet { get; } = """
        :root{--ink:#1d2730;--soft:#5b6771;--paper:#f6f7f9;--card:#ffffff;--line:#dde2e7;--accent:#0072b2;
        --wash:#eaf3f9;--warm:#fdf4e0;--warm-line:#e6b84d}
        @media screen and (prefers-color-scheme:dark){:root{--ink:#e8edf1;--soft:#a2aeb8;--paper:#0e1318;--card:#141a20;
        --line:#2d3740;--accent:#5ab3e6;--wash:#16242f;--warm:#2b2413;--warm-line:#8a6d22}}
        *{box-sizing:border-box}
        html{color-scheme:light dark;scroll-behavior:smooth;-webkit-text-size-adjust:100%}
        @media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
        body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,
        "Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
        main,header,footer,nav{max-width:980px;margin:0 auto;padding:0 24px}
        header{padding-top:56px}
        .kicker{margin:0 0 8px;color:var(--accent);font-size:13px;font-weight:600;letter-spacing:.06em;
        text-transform:uppercase}
        h1{margin:0;font-size:36px;line-height:1.15;letter-spacing:-.015em}
        .about{margin:12px 0 0;max-width:44em;font-size:19px;color:var(--soft)}
        .facts{margin:20px 0 0;color:var(--soft);font-size:14px}
        nav{margin-top:24px;display:flex;flex-wrap:wrap;gap:6px 18px;font-size:14px}
        nav a{color:var(--accent);text-decoration:none;border-bottom:1px solid transparent}
        nav a:hover,nav a:focus-visible{border-bottom-color:currentColor}
        section{margin-top:64px}
        h2{margin:0 0 8px;font-size:24px;line-height:1.25;letter-spacing:-.01em}
        h3{margin:36px 0 8px;font-size:17px;line-height:1.35}
        p{margin:0 0 14px}
        .lead{max-width:46em;color:var(--soft)}
        .cards{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:14px;margin-top:20px}
        .card{padding:18px 20px;background:var(--card);border:1px solid var(--line);border-radius:10px}
        .card p{margin:0}
        .card .name{font-size:13px;color:var(--soft);line-height:1.35;min-height:2.7em}
        .card .value{margin-top:6px;font-size:27px;font-weight:600;line-height:1.2;letter-spacing:-.01em}
        .card .unit{font-size:15px;font-weight:500;letter-spacing:0;color:var(--soft);
        display:inline-block}
        .card .range{margin-top:6px;font-size:13px;color:var(--soft);line-height:1.35}
        .card.first{grid-column:span 2;border-color:var(--accent);background:var(--wash)}
        .card.first .value{color:var(--accent);font-size:40px}
        .card.first .unit{font-size:24px;color:inherit}
        .box{margin:20px 0 0;background:var(--card);border:1px solid var(--line);border-radius:10px;overflow-x:auto}
        .box svg{display:block;width:100%;min-width:620px;height:auto}
        .box .paper{fill:none}
        .scroll{margin:20px 0 0;background:var(--card);border:1px solid var(--line);border-radius:10px;overflow-x:auto}
        table{width:100%;border-collapse:collapse;font-size:14px;line-height:1.4;overflow-wrap:normal}
        caption{padding:14px 12px 10px;text-align:left;font-weight:600;font-size:15px}
        th,td{padding:8px 12px;text-align:left;vertical-align:top;border-top:1px solid var(--line)}
        th{font-weight:500;color:var(--soft);font-size:13px;vertical-align:bottom}
        td.number,th.number{text-align:right}td.number{white-space:nowrap}
        tr.strong td{font-weight:600;background:var(--wash)}
        th button{all:unset;cursor:pointer;border-radius:3px}
        th button:hover{color:var(--ink)}
        th button:focus-visible,summary:focus-visible,a:focus-visible,.scroll:focus-visible,.entry:focus-visible{
        outline:2px solid var(--accent);outline-offset:2px}
        th[data-sort] button::after{content:"\00a0\2195";opacity:.45}
        th[aria-sort=ascending] button::after{content:"\00a0\2191";opacity:1}
        th[aria-sort=descending] button::after{content:"\00a0\2193";opacity:1}
        tfoot td{border-top:2px solid var(--line)}
        details{border-top:1px solid var(--line);font-size:14px}
        summary{padding:10px 24px;color:var(--soft);cursor:pointer;font-size:13px}
        summary:hover{color:var(--ink)}
        details .scroll{margin:0;border:0;border-radius:0;max-height:420px;overflow:auto}
        details caption{font-weight:400;color:var(--soft);font-size:13px;padding:0 24px 6px}
        details th,details td{padding:4px 16px 4px 24px}
        pre{margin:20px 0 0;padding:14px 16px;background:var(--card);border:1px solid var(--line);border-radius:10px;
        overflow-x:auto;font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
        .note{margin:0;padding:8px 24px 12px;color:var(--soft);font-size:13px}
        .entry[role=button]{cursor:pointer}
        .entry[aria-pressed=false]{opacity:.35;text-decoration:line-through}
        .tip{position:fixed;z-index:9;display:none;max-width:min(420px,calc(100vw - 8px));padding:5px 9px;
        border-radius:6px;background:var(--ink);color:var(--paper);font-size:13px;line-height:1.35;pointer-events:none}
        .assumptions table{table-layout:fixed;min-width:780px}
        .assumptions th:nth-child(1){width:31%}.assumptions th:nth-child(2){width:19%}
        .assumptions th:nth-child(3){width:12%}.assumptions th:nth-child(4){width:20%}
        .assumptions th,.assumptions td{padding:6px 12px}.assumptions caption{padding-left:12px}
        .assumptions td{overflow-wrap:anywhere}
        .assumptions td:nth-child(1){font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:12px}
        .assumptions td:nth-child(5){color:var(--soft);font-size:12px}
        .fitted .scroll{background:var(--warm);border-color:var(--warm-line)}
        .fitted th,.fitted td{border-top-color:var(--warm-line)}
        ul{margin:14px 0 0;padding-left:22px;max-width:46em}
        li{margin:0 0 8px}
        footer{margin-top:72px;padding-top:24px;padding-bottom:56px;border-top:1px solid var(--line);color:var(--soft);
        font-size:14px}
        footer dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 20px;margin:0}
        footer dt{font-weight:500}
        footer dd{margin:0}
        code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.92em;color:var(--ink)}
        @media (max-width:820px){.cards{grid-template-columns:repeat(2,minmax(0,1fr))}}
        @media (max-width:560px){main,header,footer,nav{padding-left:16px;padding-right:16px}header{padding-top:32px}
        h1{font-size:28px}.about{font-size:17px}section{margin-top:48px}.cards{gap:10px}
        .card{padding:14px}.card .value{font-size:21px}.card.first .value{font-size:32px}
        footer dl{grid-template-columns:1fr}
        footer dd{margin-bottom:8px}th,td{padding:8px 12px}caption{padding:12px 12px 8px}}
        @media print{details:not([open]),.tip,th button::after{display:none}
        @page{size:A4;margin:14mm}body{background:#fff;font-size:10.5pt}nav{display:none}
        main,header,footer{max-width:none;padding-left:0;padding-right:0}header{padding-top:0}section{margin-top:26pt}
        .box,.scroll{overflow:visible}.box svg{min-width:0}.box,.card,tr{break-inside:avoid}
        h2,h3,.lead,caption{break-after:avoid}.lead{break-inside:avoid}tfoot{display:table-row-group}
        .cards{grid-template-columns:repeat(4,minmax(0,1fr))}
        .card .value{font-size:15pt}.card .unit{font-size:9pt}.assumptions table{min-width:0}
        table{font-size:8.5pt}th,td{padding:3pt 6pt}
        td.number{white-space:normal}}

        """.ReplaceLineEndings("\n");
}
