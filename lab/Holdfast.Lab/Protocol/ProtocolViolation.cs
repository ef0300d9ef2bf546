namespace Holdfast.Lab.Protocol;

/// <summary>Bytes that are no request. Thrown by readers, caught by <see cref="ServerProtocol"/>, answered to the client.</summary>
/// <param name="message">What is wrong, as the client is told it.</param>
/// <param name="code">Under which code.</param>
internal sealed class ProtocolViolation(string message, ErrorCode code = ErrorCode.ProtocolError) : Exception(message)
{
    public ErrorCode Code { get; } = code;
}
