using System.Buffers;
using Holdfast.Lab.Protocol.Framing;
using Holdfast.Lab.Protocol.Requests;
using Holdfast.Lab.Protocol.Responses;

namespace Holdfast.Lab.Protocol;

/// <summary>
/// This folder: the server's half of CQL's native protocol, versions 4 and 5, without I/O and without the client's code
/// (native_protocol_v4.spec, native_protocol_v5.spec). One of these is the state of one connection: bytes go in by
/// <see cref="Append"/> and come out of <see cref="TryRead"/> as requests; responses become bytes by <see cref="Write"/>.
/// Whatever the bytes, it throws nothing: what is no request becomes a refusal.
/// </summary>
internal sealed class ServerProtocol(ProtocolLimits limits)
{
    private readonly ByteQueue received = new();
    private readonly ByteQueue frames = new();
    private readonly ArrayBufferWriter<byte> body = new();
    private OversizedMessage? skipping;
    private bool isSegmented;
    private bool isOver;

    private ConnectionPhase phase;

    /// <summary>The connection's version; 0 before the first message.</summary>
    public int Version { get; private set; }

    /// <summary>The client has started, and authenticated if it has to.</summary>
    public bool IsReady => phase == ConnectionPhase.Ready;

    /// <summary>Where the client stands, as `system_views.clients` says it.</summary>
    public string Stage => phase.CqlName();

    /// <summary>Since v5's STARTUP was answered, frames travel in segments with checksums.</summary>
    public bool IsSegmented => isSegmented;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (!isOver)
        {
            (isSegmented ? received : frames).Append(bytes);
        }
    }

    /// <summary>The next request, or refusal, that has come in whole. After a fatal one there are no more.</summary>
    public bool TryRead(out Inbound inbound)
    {
        inbound = default;
        try
        {
            while (!isOver)
            {
                if (TryReadFrame(out inbound))
                {
                    return true;
                }

                if (!isSegmented || !SegmentReader.TryMove(received, frames))
                {
                    return false;
                }
            }
        }
        catch (ProtocolViolation violation)
        {
            inbound = Fatal(0, violation.Code, violation.Message);
            return true;
        }

        return false;
    }

    /// <summary>Writes a response, in a segment if the connection has come that far.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="stream">The request's; -1 for an event.</param>
    /// <param name="response">What.</param>
    /// <param name="warnings">What the client should be warned of.</param>
    /// <param name="traceId">Under which id the request was traced.</param>
    public void Write(
        IBufferWriter<byte> output, short stream, Response response, IReadOnlyList<string>? warnings = null, Guid? traceId = null)
    {
        int version = Version == 0 ? limits.VersionMax : Version;
        body.ResetWrittenCount();
        body.GetSpan(FrameHeader.Size);
        body.Advance(FrameHeader.Size);
        var flags = WritePrefix(warnings, traceId);
        ResponseWriter.Write(body, response, version);
        int length = body.WrittenCount - FrameHeader.Size;
        var frame = System.Runtime.InteropServices.MemoryMarshal.AsMemory(body.WrittenMemory).Span;
        new FrameHeader(version, IsResponse: true, flags, stream, response.Opcode, length).Write(frame);
        if (isSegmented)
        {
            SegmentWriter.Write(output, frame);
        }
        else
        {
            output.Write(frame);
        }

        Advance(response);
    }

    private FrameFlags WritePrefix(IReadOnlyList<string>? warnings, Guid? traceId)
    {
        BodyWriter writer = new(body);
        var flags = FrameFlags.None;
        if (traceId is { } id)
        {
            flags |= FrameFlags.Tracing;
            writer.Raw(id.ToByteArray(bigEndian: true));
        }

        if (warnings is { Count: > 0 })
        {
            flags |= FrameFlags.Warning;
            writer.StringList(warnings);
        }

        return flags;
    }

    /// <summary>What a response means for the connection: started, authenticating, ready; and from when on segments.</summary>
    private void Advance(Response response)
    {
        var before = phase;
        phase = response switch
        {
            ReadyResponse when phase == ConnectionPhase.Established => ConnectionPhase.Ready,
            AuthenticateResponse when phase == ConnectionPhase.Established => ConnectionPhase.Authentication,
            AuthSuccessResponse => ConnectionPhase.Ready,
            _ => phase,
        };
        if (before == ConnectionPhase.Established && phase != ConnectionPhase.Established && Version >= 5)
        {
            isSegmented = true;

            // What already came after STARTUP, if anything, is in segments.
            received.Append(frames.Bytes);
            frames.Drop(frames.Count);
        }
    }

    private bool TryReadFrame(out Inbound inbound)
    {
        inbound = default;
        if (skipping is not null)
        {
            return SkipOversized(out inbound);
        }

        if (frames.Count < FrameHeader.Size)
        {
            return TryRefuseVersion(out inbound);
        }

        var header = FrameHeader.Read(frames.Bytes);
        if (RefuseHeader(header) is { } refusal)
        {
            inbound = refusal;
            return true;
        }

        // Envelope.Decoder reads a length without a sign and compares the whole message, its header included, with the limit.
        var length = FrameHeader.Size + (long)(uint)header.Length;
        if (length > limits.FrameMax)
        {
            skipping = new OversizedMessage(header, length);
            return SkipOversized(out inbound);
        }

        if (frames.Count < length)
        {
            return false;
        }

        inbound = Decode(header, frames.Bytes.Slice(FrameHeader.Size, header.Length));
        frames.Drop((int)length);
        return true;
    }

    /// <summary>An unknown version is refused on its first byte: such a client's header may be of another size.</summary>
    private bool TryRefuseVersion(out Inbound inbound)
    {
        inbound = default;
        if (frames.Count == 0 || RefuseVersion(frames.Bytes[0] & 0x7F, 0) is not { } refusal)
        {
            return false;
        }

        inbound = refusal;
        return true;
    }

    private Inbound? RefuseVersion(int version, short stream) =>
        version < ProtocolLimits.VersionMin || version > limits.VersionMax
            ? Fatal(
                stream,
                ErrorCode.ProtocolError,
                $"Invalid or unsupported protocol version ({version}); supported versions are ({limits.SupportedVersions})")
            : null;

    private Inbound? RefuseHeader(in FrameHeader header)
    {
        if (RefuseVersion(header.Version, header.Stream) is { } unsupported)
        {
            return unsupported;
        }

        if (header.IsResponse)
        {
            return Fatal(header.Stream, ErrorCode.ProtocolError, "Wrong protocol direction: a response was sent to a server");
        }

        if (Version != 0 && header.Version != Version)
        {
            return Fatal(
                header.Stream,
                ErrorCode.ProtocolError,
                $"Invalid message version. Got {header.Version}/v{header.Version} but previous messages on this connection had version {Version}/v{Version}");
        }

        if (!Enum.IsDefined(header.Opcode))
        {
            return Fatal(header.Stream, ErrorCode.ProtocolError, $"Unknown opcode {(byte)header.Opcode}");
        }

        // Inside segments the length has a sign, and there is no reading on after a negative one (CQLMessageHandler).
        return isSegmented && header.Length < 0
            ? Fatal(header.Stream, ErrorCode.ProtocolError, $"Invalid value for envelope header body length field: {header.Length}")
            : null;
    }

    private Inbound Decode(in FrameHeader header, ReadOnlySpan<byte> bytes)
    {
        Version = header.Version;
        try
        {
            if (header.Flags.HasFlag(FrameFlags.Compressed))
            {
                throw new ProtocolViolation("Received a compressed frame, but no compression was agreed upon");
            }

            phase.Check(header.Opcode);
            var request = RequestReader.Read(header.Opcode, Version, header.Flags, bytes);
            CheckStartup(request);
            return new Inbound(header.Stream, request, null, IsFatal: false, header.Flags.HasFlag(FrameFlags.Tracing));
        }
        catch (ProtocolViolation violation)
        {
            var refusal = new ErrorResponse(violation.Code, violation.Message);
            return new Inbound(header.Stream, null, refusal, IsFatal: false, WantsTrace: false);
        }
    }

    private static void CheckStartup(Request request)
    {
        if (request is not StartupRequest { Options: var options })
        {
            return;
        }

        if (!options.ContainsKey("CQL_VERSION"))
        {
            throw new ProtocolViolation("Missing value CQL_VERSION in STARTUP message");
        }

        if (options.TryGetValue("COMPRESSION", out string? compression) && compression.Length > 0)
        {
            throw new ProtocolViolation($"Unknown compression algorithm: {compression}");
        }
    }

    /// <summary>It is refused, under its stream, once all of it has come and gone; the connection goes on.</summary>
    private bool SkipOversized(out Inbound inbound)
    {
        inbound = default;
        if (!skipping!.Drop(frames))
        {
            return false;
        }

        Version = skipping.Header.Version;
        var refusal = new ErrorResponse(
            ErrorCode.Invalid, $"Request is too big: length {skipping.Length} exceeds maximum allowed length {limits.FrameMax}.");
        inbound = new Inbound(skipping.Header.Stream, null, refusal, IsFatal: false, WantsTrace: false);
        skipping = null;
        return true;
    }

    private Inbound Fatal(short stream, ErrorCode code, string message)
    {
        isOver = true;
        return new Inbound(stream, null, new ErrorResponse(code, message), IsFatal: true, WantsTrace: false);
    }
}
