namespace Holdfast.Commands;

/// <summary>What the program says to whoever started it.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The storage could not be opened, an address could not be bound, a backup or restore failed.</summary>
    public const int Failure = 1;

    /// <summary>The configuration is wrong; sysexits.h calls it EX_CONFIG. Trying again without a change is no use.</summary>
    public const int BadConfiguration = 78;
}
