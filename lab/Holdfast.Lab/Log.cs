using System.Net;
using Microsoft.Extensions.Logging;

namespace Holdfast.Lab;

/// <summary>Every line that the lab logs, with ids that stay. No statement's text or value is ever among the arguments.</summary>
internal static partial class Log
{
    [LoggerMessage(5101, LogLevel.Debug, "{Node} listens on {Address}")]
    public static partial void Listening(ILogger logger, string node, IPEndPoint address);

    [LoggerMessage(5102, LogLevel.Warning, "{Node}: TLS handshake with {Client} failed: {Reason}")]
    public static partial void HandshakeFailed(ILogger logger, string node, IPEndPoint client, string reason);

    [LoggerMessage(5103, LogLevel.Warning, "{Node}: {Client} does not read its answers; reset with {Bytes} bytes waiting")]
    public static partial void ClientDoesNotRead(ILogger logger, string node, IPEndPoint client, int bytes);

    [LoggerMessage(5104, LogLevel.Error, "{Node} cannot listen on {Address}: {Reason}")]
    public static partial void CannotListen(ILogger logger, string node, IPEndPoint address, string reason);

    [LoggerMessage(5105, LogLevel.Information, "{Node}: {Client} sent what is no request: {What}")]
    public static partial void Misread(ILogger logger, string node, IPEndPoint client, string what);
}
