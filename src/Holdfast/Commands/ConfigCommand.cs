using System.CommandLine;
using Spectre.Console;

namespace Holdfast.Commands;

/// <summary><c>holdfast config</c>: looks at a configuration without starting anything.</summary>
internal static class ConfigCommand
{
    public static Command Create(Terminal terminal) => new("config", "Checks, shows and explains the configuration.")
    {
        Check(terminal),
        Show(terminal),
        Reference(terminal),
    };

    private static Command Check(Terminal terminal)
    {
        Argument<string> file = new("FILE") { Description = "The configuration file." };
        Command check = new("check", "Says everything that is wrong with a file, as serve would find it in this environment.") { file };
        check.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(file);
            if (ConfigurationLoading.Load(terminal, path) is null)
            {
                return ExitCode.BadConfiguration;
            }

            terminal.Output.MarkupLineInterpolated($"{path}: [green]ok[/]");
            return ExitCode.Success;
        });
        return check;
    }

    private static Command Show(Terminal terminal)
    {
        Argument<string?> file = new("FILE") { Description = "The configuration file.", Arity = ArgumentArity.ZeroOrOne };
        var option = ConfigurationLoading.FileOption();
        Command show = new("show", "Shows every setting in force and where it comes from; secrets are masked.") { file, option };
        show.Validators.Add(result =>
        {
            if (result.GetValue(file) is not null && result.GetValue(option) is not null)
            {
                result.AddError("Give the file once: as FILE or with --config.");
            }
        });
        show.SetAction(parsed =>
        {
            if (ConfigurationLoading.Load(terminal, parsed.GetValue(file) ?? parsed.GetValue(option)) is not { } configuration)
            {
                return ExitCode.BadConfiguration;
            }

            foreach (var line in ConfigurationListing.Lines(configuration))
            {
                terminal.Output.MarkupLineInterpolated($"{line.Setting}[grey]{line.Comment}[/]");
            }

            return ExitCode.Success;
        });
        return show;
    }

    private static Command Reference(Terminal terminal)
    {
        Command reference = new("reference", "Prints the reference of all settings as Markdown (docs/configuration.md is this).");
        reference.SetAction(_ =>
        {
            terminal.Output.Profile.Out.Writer.Write(ConfigurationReference.Markdown());
            return ExitCode.Success;
        });
        return reference;
    }
}
