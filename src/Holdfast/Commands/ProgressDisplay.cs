using System.Globalization;
using Holdfast.Embedded.Backup;
using Spectre.Console;

namespace Holdfast.Commands;

/// <summary>How far a copy is: a moving bar for a person, a line for each tenth where nobody watches.</summary>
internal static class ProgressDisplay
{
    public static async Task ShowAsync(Terminal terminal, string what, Func<IProgress<BackupProgress>, Task> work)
    {
        if (!terminal.IsErrorWatched)
        {
            await work(new Lines(terminal.Error, what));
            return;
        }

        await terminal.Live.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask(what.EscapeMarkup(), maxValue: 1);
                await work(new Bar(bar));
                bar.Value = bar.MaxValue;
            });
    }

    /// <summary>An amount as a person reads it.</summary>
    public static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024.0):0.0} MiB");

    private sealed class Bar(ProgressTask task) : IProgress<BackupProgress>
    {
        public void Report(BackupProgress value)
        {
            task.MaxValue = Math.Max(1, value.BytesTotal);
            task.Value = value.BytesDone;
        }
    }

    private sealed class Lines(IAnsiConsole console, string what) : IProgress<BackupProgress>
    {
        private long _tenth = -1;

        public void Report(BackupProgress value)
        {
            var tenth = value.BytesTotal == 0 ? 10 : value.BytesDone * 10 / value.BytesTotal;
            if (tenth > _tenth)
            {
                _tenth = tenth;
                console.WriteLine($"{what}: {tenth * 10} % of {Size(value.BytesTotal)}");
            }
        }
    }
}
