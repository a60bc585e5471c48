// How strongly every word of a page stands out from what lies behind it, by the rule of WCAG 2.1: 4.5 to 1, or 3 to 1
// for large letters (level AA).
namespace Sigma.Sim.Tests.Browser;

/// <summary>Runs in the page and names the words that are too faint.</summary>
internal static class ContrastScript
{
    public const string Text = """
        () => {
          document.querySelectorAll('details').forEach(d => { d.open = true; });
          const parse = c => {
            const [r, g, b, a] = c.match(/[\d.]+/g).map(Number);
            return { r, g, b, a: a === undefined ? 1 : a };
          };
          const over = (top, under) => {
            const mix = part => top[part] * top.a + under[part] * (1 - top.a);
            return { r: mix('r'), g: mix('g'), b: mix('b'), a: 1 };
          };
          const light = c => [c.r, c.g, c.b].map(v => v / 255)
            .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
          const ratio = (a, b) => {
            const [x, y] = [light(a), light(b)];
            return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
          };
          const ground = element => {
            const layers = [];
            for (let e = element; e; e = e.parentElement) {
              const c = parse(getComputedStyle(e).backgroundColor);
              if (c.a > 0) layers.push(c);
              if (c.a === 1) break;
            }
            return layers.reverse().reduce((under, top) => over(top, under), { r: 255, g: 255, b: 255, a: 1 });
          };
          // Below a word of a figure lie the shapes that were drawn before it, and then the page.
          const under = text => {
            const box = text.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2;
            const svg = text.closest('svg'), shapes = Array.from(svg.querySelectorAll('rect, path'));
            let c = ground(svg.parentElement);
            for (const shape of shapes) {
              if (!(shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING)) break;
              const b = shape.getBoundingClientRect();
              if (b.width > 600 || x < b.left || x > b.right || y < b.top || y > b.bottom) continue;
              const style = getComputedStyle(shape);
              if (style.fill === 'none') continue;
              const fill = parse(style.fill);
              c = over({ ...fill, a: fill.a * Number(style.opacity) }, c);
            }
            return c;
          };
          const weak = [];
          const judge = (element, ink, behind) => {
            const style = getComputedStyle(element), size = parseFloat(style.fontSize);
            const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
            const found = ratio(over(ink, behind), behind);
            if (found >= (isLarge ? 3 : 4.5) - 0.005) return;
            const words = element.textContent.trim().slice(0, 50);
            weak.push(`${found.toFixed(2)}: ${words} <${element.tagName} ${element.getAttribute('class')}>`);
          };
          document.querySelectorAll('body *').forEach(element => {
            if (element.closest('svg, script, style, .tip')) return;
            if (!Array.from(element.childNodes).some(n => n.nodeType === 3 && n.textContent.trim())) return;
            judge(element, parse(getComputedStyle(element).color), ground(element));
          });
          document.querySelectorAll('svg text').forEach(text => {
            judge(text, parse(getComputedStyle(text).fill), under(text));
          });
          return weak;
        }
        """;
}
