// What a page does beyond being read: values where one points, tables in another order, series that step aside. All of
// it is also there without: tables hold every value, and nothing is hidden from who switches scripts off.
using System.Security.Cryptography;
using System.Text;

namespace Sigma.Sim.Reporting;

/// <summary>The script of every page.</summary>
internal static class ReportScript
{
    /// <summary>The script itself: plain, without a library, the same in every report.</summary>
    public static string Text { get; } = """

        (function () {
          'use strict';
          // Values where one points. A browser shows the title of a shape late and only to a mouse.
          var tip = document.createElement('div');
          tip.className = 'tip';
          tip.setAttribute('aria-hidden', 'true');
          document.body.appendChild(tip);
          document.querySelectorAll('svg.figure :not(svg) > title').forEach(function (title) {
            var mark = title.parentNode;
            mark.setAttribute('data-tip', title.textContent);
            mark.setAttribute('aria-label', title.textContent);
            mark.removeChild(title);
          });
          function point(event) {
            var mark = event.target.closest ? event.target.closest('[data-tip]') : null;
            tip.style.display = mark ? 'block' : 'none';
            if (!mark) return;
            tip.textContent = mark.getAttribute('data-tip');
            var wide = document.documentElement.clientWidth, box = tip.getBoundingClientRect();
            tip.style.left = Math.max(4, Math.min(event.clientX + 14, wide - box.width - 4)) + 'px';
            var above = event.clientY - box.height - 12;
            tip.style.top = (above > 12 ? above : event.clientY + 18) + 'px';
          }
          document.addEventListener('pointermove', point);
          document.addEventListener('pointerdown', point);
          document.addEventListener('scroll', function () { tip.style.display = 'none'; }, true);

          // A button where there was text: works with a mouse, a finger and a keyboard.
          function press(element, act) {
            element.addEventListener('click', act);
            element.addEventListener('keydown', function (event) {
              if (event.key !== 'Enter' && event.key !== ' ') return;
              event.preventDefault();
              act();
            });
          }

          // A series steps aside and comes back when its name is pressed.
          document.querySelectorAll('svg.figure').forEach(function (figure) {
            var entries = figure.querySelectorAll('.entry');
            if (entries.length < 2) return;
            figure.setAttribute('role', 'group');
            entries.forEach(function (entry) {
              var marks = Array.prototype.filter.call(
                figure.querySelectorAll('.' + entry.getAttribute('data-series')),
                function (mark) { return !mark.closest('.entry'); });
              if (marks.length === 0) return;
              entry.setAttribute('role', 'button');
              entry.setAttribute('tabindex', '0');
              entry.setAttribute('aria-pressed', 'true');
              entry.setAttribute('aria-label', 'show ' + entry.textContent.trim());
              press(entry, function () {
                var shown = entry.getAttribute('aria-pressed') !== 'true';
                entry.setAttribute('aria-pressed', String(shown));
                marks.forEach(function (mark) { mark.style.display = shown ? '' : 'none'; });
              });
            });
          });

          // Rows in the order of a column: numbers largest first, words from A to Z, and the other way round next time.
          document.querySelectorAll('th[data-sort]').forEach(function (head) {
            var button = document.createElement('button');
            button.type = 'button';
            while (head.firstChild) button.appendChild(head.firstChild);
            head.appendChild(button);
            var isNumber = head.getAttribute('data-sort') === 'number';
            button.addEventListener('click', function () {
              var before = head.getAttribute('aria-sort');
              var rises = before ? before === 'descending' : !isNumber;
              var body = head.closest('table').tBodies[0], column = head.cellIndex;
              function key(row) {
                var cell = row.cells[column];
                return isNumber ? parseFloat(cell.getAttribute('data-v')) : cell.textContent;
              }
              Array.prototype.map.call(body.rows, function (row, i) { return { row: row, key: key(row), i: i }; })
                .sort(function (a, b) {
                  // What has no number goes last either way.
                  if (isNumber && !(isFinite(a.key) && isFinite(b.key)))
                    return isFinite(b.key) - isFinite(a.key) || a.i - b.i;
                  var way = isNumber ? a.key - b.key : a.key.localeCompare(b.key, 'en', { numeric: true });
                  return (rises ? way : -way) || a.i - b.i;
                })
                .forEach(function (entry) { body.appendChild(entry.row); });
              head.parentNode.querySelectorAll('th').forEach(function (other) { other.removeAttribute('aria-sort'); });
              head.setAttribute('aria-sort', rises ? 'ascending' : 'descending');
            });
          });
        })();

        """.ReplaceLineEndings("\n");

    /// <summary>What a browser holds the script against before it runs it.</summary>
    public static string Digest { get; } =
        "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Text)));
}
