using System.CommandLine;
using Holdfast.Events;
using Holdfast.Reports;
using Spectre.Console;

namespace Holdfast.Commands;

/// <summary><c>holdfast report</c>: drafts the review of an incident from the event logs of one instance or several.</summary>
internal static class ReportCommand
{
    public static Command Create(Terminal terminal)
    {
        Option<string> from = new("--from") { Description = $"The beginning: {ReportMoment.Description}.", HelpName = "TIME", Required = true };
        Option<string> to = new("--to") { Description = "The end, written alike; now when not given.", HelpName = "TIME", DefaultValueFactory = _ => "now" };
        Option<string[]> folders = new("--events")
        {
            Description = "An event log's folder; once for each instance, to merge them. Without it, the configuration's.",
            HelpName = "DIR",
        };
        Option<string?> output = new("--output", "-o") { Description = "The file to write, which must not exist; standard output without it.", HelpName = "FILE" };
        var file = ConfigurationLoading.FileOption();
        Command report = new("report", "Drafts the review of an incident, as Markdown, from the service's own event log.") { from, to, folders, file, output };
        report.SetAction(parsed => Run(
            terminal, parsed.GetRequiredValue(from), parsed.GetRequiredValue(to), parsed.GetValue(folders) ?? [], parsed.GetValue(file),
            parsed.GetValue(output), TimeProvider.System.GetUtcNow()));
        return report;
    }

    private static int Run(
        Terminal terminal, string fromText, string toText, string[] folders, string? file, string? output, DateTimeOffset now)
    {
        if (ReportMoment.Read(fromText, now) is not { } from)
        {
            return terminal.Fail($"--from {fromText}: is no time; write {ReportMoment.Description}.", ExitCode.Failure);
        }

        if (ReportMoment.Read(toText, now) is not { } to)
        {
            return terminal.Fail($"--to {toText}: is no time; write {ReportMoment.Description}.", ExitCode.Failure);
        }

        if (from >= to)
        {
            return terminal.Fail($"--from ({Words.Moment(from)}) must be before --to ({Words.Moment(to)}).", ExitCode.Failure);
        }

        if (folders.Length == 0)
        {
            if (ConfigurationLoading.Load(terminal, file) is not { } configuration)
            {
                return ExitCode.BadConfiguration;
            }

            if (configuration.Options.Events.Path.Length == 0)
            {
                return terminal.Fail("events.path is empty: this configuration keeps no event log. --events DIR names another.", ExitCode.Failure);
            }

            folders = [configuration.Options.Events.Path];
        }

        return Draft(terminal, folders, from, to, output);
    }

    private static int Draft(Terminal terminal, string[] folders, DateTimeOffset from, DateTimeOffset to, string? output)
    {
        List<EventRecord> records = [];
        foreach (var folder in folders.Select(Path.GetFullPath).Distinct(StringComparer.Ordinal))
        {
            if (!Directory.Exists(folder))
            {
                return terminal.Fail($"{folder}: there is no such folder. events.path of the instance names it; 'holdfast config show' prints that.", ExitCode.Failure);
            }

            try
            {
                records.Add(EventReader.ReadFolder(folder));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                return terminal.Fail($"{folder}: cannot be read: {failure.Message}", ExitCode.Failure);
            }
        }

        History history = new(records, from, to);
        if (history.Within.Count == 0)
        {
            var held = history.All.Count > 0 ? $"they hold {Words.Moment(history.All[0].At)} to {Words.Moment(history.All[^1].At)}" : "they hold none at all";
            return terminal.Fail($"no events from {Words.Moment(from)} to {Words.Moment(to)} in {string.Join(", ", records.Select(record => record.Folder))}; {held}.", ExitCode.Failure);
        }

        return Hand(terminal, IncidentReport.Write(history), output);
    }

    private static int Hand(Terminal terminal, string report, string? output)
    {
        if (output is null)
        {
            terminal.Output.Profile.Out.Writer.Write(report);
            return ExitCode.Success;
        }

        try
        {
            // Never over another: people have written into that one.
            using (FileStream stream = new(output, FileMode.CreateNew, FileAccess.Write))
            using (StreamWriter writer = new(stream))
            {
                writer.Write(report);
            }

            terminal.Error.MarkupLineInterpolated($"[green]drafted[/] {output}");
            return ExitCode.Success;
        }
        catch (IOException) when (File.Exists(output))
        {
            return terminal.Fail($"{output}: is there already; a review that people have written into is not overwritten.", ExitCode.Failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return terminal.Fail($"{output}: cannot be written: {failure.Message}", ExitCode.Failure);
        }
    }
}
