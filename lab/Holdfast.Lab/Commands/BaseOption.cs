using System.CommandLine;
using System.Net;

namespace Holdfast.Lab.Commands;

/// <summary>Where the nodes of a lab on sockets listen.</summary>
internal sealed class BaseOption() : Option<string>("--base")
{
    private const string Default = "127.0.1.1";

    public static BaseOption Create() => new()
    {
        Description = "The first node's address; the others count up.", DefaultValueFactory = _ => Default,
    };

    /// <exception cref="CommandMistake">It is no loopback address.</exception>
    public string Of(ParseResult parsed)
    {
        var text = parsed.GetValue(this)!;
        return IPAddress.TryParse(text, out var address) && IPAddress.IsLoopback(address) && address.GetAddressBytes().Length == 4
            ? text
            : throw new CommandMistake($"--base {text}: a loopback address, as {Default}");
    }
}
