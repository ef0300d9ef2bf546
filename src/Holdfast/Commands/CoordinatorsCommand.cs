using System.CommandLine;
using Holdfast.Admin;

namespace Holdfast.Commands;

/// <summary><c>holdfast coordinators</c>: how the coordinators are, as the running server sees them; and to take one out or give it back.</summary>
internal static class CoordinatorsCommand
{
    public static Command Create(Terminal terminal)
    {
        Command coordinators = Asking(
            terminal, new("coordinators", "Shows the coordinators as the running server sees them: state, since when, why, on what evidence."),
            _ => (HttpMethod.Get, CoordinatorEndpoints.Path, null));
        coordinators.Add(Moving(
            terminal, "drain", "Takes a coordinator out of service, for maintenance; what is in flight finishes.", CoordinatorEndpoints.DrainPath));
        coordinators.Add(Moving(
            terminal, "undrain", "Gives a drained coordinator back; it takes traffic once it has proved itself.", CoordinatorEndpoints.UndrainPath));
        Argument<HealthModeName> mode = new("MODE") { Description = "act: ejects sick coordinators. observe: decides and reports, and does nothing." };
        Command switching = new("mode", "Switches whether ejections are acted on, until the next restart.") { mode };
        coordinators.Add(Asking(terminal, switching, parsed => (
            HttpMethod.Post, CoordinatorEndpoints.ModePath,
            JsonContent.Create(new HealthModeRequest(parsed.GetRequiredValue(mode)), CoordinatorJson.Default.HealthModeRequest))));
        return coordinators;
    }

    private static Command Moving(Terminal terminal, string name, string description, string path)
    {
        Argument<string> address = new("ADDRESS") { Description = "The coordinator's address, with or without its port." };
        return Asking(terminal, new(name, description) { address }, parsed => (
            HttpMethod.Post, path,
            JsonContent.Create(new CoordinatorRequest(parsed.GetRequiredValue(address)), CoordinatorJson.Default.CoordinatorRequest)));
    }

    private static Command Asking(Terminal terminal, Command command, Func<ParseResult, (HttpMethod Method, string Path, HttpContent? Content)> question)
    {
        var file = ConfigurationLoading.FileOption();
        var admin = AdminListener.Option();
        command.Add(file);
        command.Add(admin);
        command.SetAction(async (parsed, cancellation) =>
        {
            var (listener, exitCode) = AdminListener.Find(terminal, parsed.GetValue(file), parsed.GetValue(admin));
            if (listener is null)
            {
                return exitCode;
            }

            try
            {
                var (method, path, content) = question(parsed);
                using (content)
                {
                    CoordinatorTableView.Write(terminal.Output, await AdminClient.AskAsync(
                        listener, method, path, content, CoordinatorJson.Default.ClusterView, cancellation));
                }

                return ExitCode.Success;
            }
            catch (AdminRequestException failure)
            {
                return terminal.Fail(failure.Message, ExitCode.Failure);
            }
        });
        return command;
    }
}
