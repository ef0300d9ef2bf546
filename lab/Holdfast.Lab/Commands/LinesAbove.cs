using Spectre.Console;
using Spectre.Console.Rendering;

namespace Holdfast.Lab.Commands;

/// <summary>Lines written where a live table stands: what is left of it below is erased first, since it is drawn again anyway.</summary>
internal sealed class LinesAbove(IReadOnlyList<string> lines) : IRenderable
{
    private const string EraseBelow = "\u001b[J";

    private readonly Rows rows = new(lines.Select(l => new Text(l)));

    public Measurement Measure(RenderOptions options, int maxWidth) => ((IRenderable)rows).Measure(options, maxWidth);

    public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
        ((IRenderable)rows).Render(options, maxWidth).Prepend(Segment.Control(EraseBelow));
}
