using System.Text;
using Holdfast.Configuration;
using Microsoft.Extensions.Options;
using Xunit;

namespace Holdfast.Tests.Configuration;

/// <summary>Reads configurations that a test writes down.</summary>
internal static class Reading
{
    public static EffectiveConfiguration Load(string yaml, params (string Name, string Value)[] environment) =>
        EffectiveConfiguration.Load(Input(Encoding.UTF8.GetBytes(yaml), environment));

    public static HoldfastOptions Options(string yaml, params (string Name, string Value)[] environment) => Load(yaml, environment).Options;

    /// <summary>Everything that is wrong; fails the test when nothing is.</summary>
    public static string[] Problems(string yaml, params (string Name, string Value)[] environment) =>
        Problems(Encoding.UTF8.GetBytes(yaml), environment);

    public static string[] Problems(byte[] bytes, params (string Name, string Value)[] environment) =>
        [.. Assert.Throws<OptionsValidationException>(() => EffectiveConfiguration.Load(Input(bytes, environment))).Failures];

    public static ConfigurationInput Input(byte[] bytes, params (string Name, string Value)[] environment) => new(
        "f.yaml", () => new MemoryStream(bytes), environment.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal));
}
