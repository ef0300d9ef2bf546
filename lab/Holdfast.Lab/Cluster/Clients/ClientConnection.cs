using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Lab.Cql.SystemTables;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Protocol.Requests;
using Holdfast.Lab.Protocol.Responses;

namespace Holdfast.Lab.Cluster.Clients;

/// <summary>One client's connection: bytes in, requests of them, answers as bytes, in whatever order they become ready.</summary>
internal sealed class ClientConnection
{
    private readonly ClientServer server;
    private readonly IClientChannel channel;
    private readonly AnswerChannel answers;
    private readonly ServerProtocol protocol;
    private readonly ClientSession session;
    private bool isOver;
    private bool wasMisread;
    private long requests;

    public ClientConnection(ClientServer server, IClientChannel channel)
    {
        this.server = server;
        this.channel = channel;
        protocol = new ServerProtocol(server.Options.Protocol);
        answers = new AnswerChannel(server.Process, channel, protocol, server.Randomness, CloseWith);
        session = new ClientSession(server);
    }

    /// <summary>As `system_views.clients` tells of it.</summary>
    public ClientIdentity Identity => new(
        channel.Remote, protocol.Stage, session.DriverName, session.DriverVersion, protocol.Version, requests, session.User, channel.IsEncrypted);

    /// <summary>Bytes of the client. While the process is paused they wait, as in a socket's buffer.</summary>
    public void Receive(ReadOnlySpan<byte> bytes)
    {
        if (isOver)
        {
            return;
        }

        if (server.Process.Life.IsPaused)
        {
            var waiting = bytes.ToArray();
            server.Process.Life.RunOrDrop(() => Handle(waiting));
            return;
        }

        Handle(bytes);
    }

    /// <summary>The client closed it, or it broke.</summary>
    public void Closed()
    {
        isOver = true;
        server.Forget(this);
    }

    public void Tell(ClientEvent what)
    {
        if (!isOver && protocol.IsReady && session.EventFor(what) is { } response)
        {
            answers.Send(-1, response);
        }
    }

    /// <summary>A half-open node answers again: connections whose answers it swallowed are reset.</summary>
    public void ResetIfSwallowed() => answers.ResetIfSwallowed();

    /// <summary>The process ends.</summary>
    public void End(Ending ending)
    {
        Closed();
        if (ending == Ending.PowerLost)
        {
            channel.Vanish();
        }
        else
        {
            channel.Reset();
        }
    }

    private void Handle(ReadOnlySpan<byte> bytes)
    {
        protocol.Append(bytes);
        while (!isOver && protocol.TryRead(out var inbound))
        {
            if (inbound.Request is { } request)
            {
                Handle(inbound.Stream, request, inbound.WantsTrace);
            }
            else
            {
                TellMisread(inbound.Refusal!);
                answers.Send(inbound.Stream, inbound.Refusal!);
            }

            if (inbound.IsFatal)
            {
                CloseWith(() => channel.Close());
            }
        }
    }

    /// <summary>Once a connection: a client that goes on so is one line, not a flood.</summary>
    private void TellMisread(ErrorResponse refusal)
    {
        if (!wasMisread)
        {
            wasMisread = true;
            server.Process.CannotRead(channel.Remote, refusal.Message);
        }
    }

    private void Handle(short stream, Request request, bool wantsTrace)
    {
        requests++;
        if (request is not (QueryRequest or ExecuteRequest or PrepareRequest or BatchRequest))
        {
            answers.Send(stream, session.Control(request));
            return;
        }

        var traced = wantsTrace ? Trace(request) : null;
        server.Process.Gate.Enter(
            () => session.FactsOf(request),
            left => Execute(request, traced?.Trace, (response, error) =>
            {
                left(error);
                Answer(stream, response, traced);
            }),
            refusal => Answer(stream, ErrorTranslation.ToResponse(refusal, server.Process), traced));
    }

    private TracedRequest Trace(Request request)
    {
        var process = server.Process;
        return TracedRequest.Of(request, new RequestTrace(server.NextTraceId(), process.Life.Now, process.Node.UtcNow), server);
    }

    private void Execute(Request request, RequestTrace? trace, Action<Response, RequestError?> answer)
    {
        if (trace is null)
        {
            session.Execute(request, answer);
        }
        else
        {
            server.Process.Coordinator.Traces.While(trace, () => session.Execute(request, answer));
        }
    }

    private void Answer(short stream, Response response, TracedRequest? traced)
    {
        if (traced is not null)
        {
            server.Traces.Write(traced, response, channel.Remote);
        }

        if (!isOver)
        {
            answers.Send(stream, response, traced?.Trace.Id);
        }
    }

    private void CloseWith(Action close)
    {
        if (!isOver)
        {
            Closed();
            close();
        }
    }
}
