namespace Holdfast.Lab.Protocol;

/// <summary>How far a client has come on its connection.</summary>
internal enum ConnectionPhase
{
    Established,
    Authentication,
    Ready,
}

/// <summary>What a client may ask in each phase.</summary>
internal static class ConnectionPhases
{
    /// <summary>As `system_views.clients` has it.</summary>
    public static string CqlName(this ConnectionPhase phase) => phase switch
    {
        ConnectionPhase.Established => "established",
        ConnectionPhase.Authentication => "authenticating",
        _ => "ready",
    };

    /// <exception cref="ProtocolViolation">Not now.</exception>
    public static void Check(this ConnectionPhase phase, Opcode opcode)
    {
        switch (phase)
        {
            case ConnectionPhase.Established when opcode is not (Opcode.Startup or Opcode.Options):
                throw new ProtocolViolation($"Unexpected message {NameOf(opcode)}, expecting STARTUP or OPTIONS");
            case ConnectionPhase.Authentication when opcode is not Opcode.AuthResponse:
                throw new ProtocolViolation($"Unexpected message {NameOf(opcode)}, expecting AUTH_RESPONSE");
            case ConnectionPhase.Ready when opcode is Opcode.Startup:
                throw new ProtocolViolation("Unexpected message STARTUP, the connection is already initialized");
            default:
                break;
        }
    }

    private static string NameOf(Opcode opcode) => opcode == Opcode.AuthResponse ? "AUTH_RESPONSE" : opcode.ToString().ToUpperInvariant();
}
