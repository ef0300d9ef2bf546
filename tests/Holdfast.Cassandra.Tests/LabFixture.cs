using Xunit;

namespace Holdfast.Cassandra.Tests;

/// <summary>One lab for all tests of a class: their keys differ.</summary>
public abstract class LabFixture : IAsyncLifetime
{
    private TestLab? _lab;

    private protected abstract TestLabOptions Options { get; }

    internal TestLab Lab => _lab ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync() => _lab = await TestLab.StartAsync(Options);

    public async ValueTask DisposeAsync()
    {
        await Lab.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

public sealed class LabV5 : LabFixture
{
    private protected override TestLabOptions Options => new();
}

public sealed class LabV4 : LabFixture
{
    private protected override TestLabOptions Options => new(Protocol: 4);
}

public sealed class SecureLabV5 : LabFixture
{
    private protected override TestLabOptions Options => new(Tls: true, Password: "a password");
}

public sealed class SecureLabV4 : LabFixture
{
    private protected override TestLabOptions Options => new(Protocol: 4, Tls: true, Password: "a password");
}
