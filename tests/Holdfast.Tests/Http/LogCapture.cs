using System.Text;

namespace Holdfast.Tests.Http;

/// <summary>A log's output, kept in memory.</summary>
internal sealed class LogCapture : MemoryStream
{
    private readonly Lock _lock = new();

    public string Text
    {
        get
        {
            lock (_lock)
            {
                // Whole lines alone: one may be on its way.
                var text = Encoding.UTF8.GetString(ToArray());
                return text[..(text.LastIndexOf('\n') + 1)];
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        lock (_lock)
        {
            base.Write(buffer, offset, count);
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            base.Write(buffer.Span);
        }

        return ValueTask.CompletedTask;
    }
}
