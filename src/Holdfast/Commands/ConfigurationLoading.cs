using System.CommandLine;
using Holdfast.Configuration;
using Microsoft.Extensions.Options;
using Spectre.Console;

namespace Holdfast.Commands;

/// <summary>How commands get at the configuration: a file or the built-in document, the environment, and all the errors.</summary>
internal static class ConfigurationLoading
{
    public static Option<string?> FileOption() => new("--config", "-c")
    {
        Description = "The configuration file (YAML; Kask's works unchanged). Without it, a built-in configuration is used.",
        HelpName = "FILE",
    };

    /// <summary>Null when it is wrong; then everything that is wrong has been written to standard error.</summary>
    public static EffectiveConfiguration? Load(Terminal terminal, string? file)
    {
        var environment = ConfigurationInput.ProcessEnvironment();
        try
        {
            return EffectiveConfiguration.Load(
                file is null ? ConfigurationInput.Quickstart(environment) : ConfigurationInput.File(file, environment));
        }
        catch (OptionsValidationException invalid)
        {
            foreach (var failure in invalid.Failures)
            {
                terminal.Error.WriteLine(failure, Style.Plain);
            }

            return null;
        }
    }
}
