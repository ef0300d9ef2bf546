using Microsoft.Extensions.Options;

namespace Holdfast.Configuration;

/// <summary>A configuration that has passed validation, with the origin of each of its values.</summary>
internal sealed class EffectiveConfiguration
{
    private readonly ConfigurationReader _reader;

    private EffectiveConfiguration(HoldfastOptions options, ConfigurationReader reader)
    {
        Options = options;
        _reader = reader;
    }

    public HoldfastOptions Options { get; }

    /// <summary>Where the setting's value came from.</summary>
    public Origin OriginOf(Setting setting) => _reader.OriginOf(setting.Path);

    /// <summary>Reads and validates.</summary>
    /// <exception cref="OptionsValidationException">One failure for each thing that is wrong.</exception>
    public static EffectiveConfiguration Load(ConfigurationInput input)
    {
        ConfigurationReader reader = new(input);
        ServiceCollection services = new();
        services.AddSingleton<IConfigureOptions<HoldfastOptions>>(reader);
        services.AddSingleton<IValidateOptions<HoldfastOptions>>(reader);
        services.AddOptions<HoldfastOptions>().ValidateOnStart();
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<IStartupValidator>().Validate();
        return new EffectiveConfiguration(provider.GetRequiredService<IOptionsMonitor<HoldfastOptions>>().CurrentValue, reader);
    }
}
