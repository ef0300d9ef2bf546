using Holdfast.Cql.Protocol;

namespace Holdfast.Cql.Transport;

/// <summary>
/// What a wire tells and asks. Opened comes first and once, unless Closed comes instead; nothing comes after Closed.
/// <see cref="Received"/> calls never overlap, nor do <see cref="Collect"/> calls; the two kinds may.
/// </summary>
internal interface IWireHandler
{
    /// <summary>TCP is connected and TLS, where asked for, is established.</summary>
    void Opened();

    /// <summary>A guess, at any moment: more will wait to be sent soon, so that it is worth a moment to send it together.</summary>
    bool ExpectsMore => false;

    /// <summary>Where the next bytes are to be received; valid until <see cref="Received"/>.</summary>
    Memory<byte> ReceiveMemory();

    /// <summary>So many bytes, at least one, were received into <see cref="ReceiveMemory"/>.</summary>
    void Received(int count);

    /// <summary>Fills <paramref name="output"/>, which is empty, with all that waits to be sent; false when nothing does.</summary>
    bool Collect(OutputBuffer output);

    /// <summary>The connection is over, or could not be made.</summary>
    /// <param name="reason">For a person.</param>
    void Closed(string reason);
}
