namespace Holdfast.Configuration;

/// <summary>What coordinator health does with what it finds.</summary>
public enum HealthMode
{
    /// <summary>Sick coordinators are left until they have proved themselves.</summary>
    Act,

    /// <summary>Everything is decided and reported, and nothing is done: for a first deployment.</summary>
    Observe,
}

/// <summary>The section <c>health</c>.</summary>
public sealed class CoordinatorHealthOptions
{
    /// <summary><c>mode</c>.</summary>
    public HealthMode Mode { get; set; } = HealthMode.Act;
}
