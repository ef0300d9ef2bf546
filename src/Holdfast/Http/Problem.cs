using System.Collections.Frozen;

namespace Holdfast.Http;

/// <summary>
/// An error document (RFC 7807) as Kask words it; those for codes that Kask does not have follow its scheme.
/// </summary>
internal sealed class Problem
{
    private const string TypePrefix = "https://www.mediawiki.org/wiki/Kask/errors/";

    private Problem(int status, string name, string title, string detail)
    {
        Status = status;
        Type = TypePrefix + name;
        Title = title;
        Detail = detail;
        Head = System.Text.Encoding.UTF8.GetBytes(
            $"{{\n  \"type\": \"{Type}\",\n  \"title\": \"{title}\",\n  \"detail\": \"{detail}\",\n  \"instance\": \"");
    }

    public static Problem BadRequest { get; } = new(
        400, "bad_request", "Bad request", "The request was incorrect or malformed");

    public static Problem NotAuthorized { get; } = new(
        401, "not_authorized", "Not authorized", "Unable to authorize request");

    public static Problem NotFound { get; } = new(
        404, "not_found", "Not found", "The value you requested was not found");

    public static Problem TooLarge { get; } = new(
        413, "value_too_large", "Value too large", "The value is larger than this service accepts");

    public static Problem TooManyWrites { get; } = new(
        429, "too_many_writes", "Too many writes", "This key is written too often, write it less often");

    public static Problem ServerError { get; } = new(
        500, "server_error", "Internal server error", "The server encountered an error with your request");

    public static Problem Unavailable { get; } = new(
        503, "storage_unavailable", "Storage unavailable", "The storage cannot serve right now, try again");

    public static Problem OutOfSpace { get; } = new(
        507, "insufficient_storage", "Insufficient storage", "The storage has no room for more values");

    /// <summary>Every problem there is, by status code.</summary>
    public static FrozenDictionary<int, Problem> All { get; } =
        new[] { BadRequest, NotAuthorized, NotFound, TooLarge, TooManyWrites, ServerError, Unavailable, OutOfSpace }
            .ToFrozenDictionary(problem => problem.Status);

    /// <summary>What follows the instance: the same for all.</summary>
    public static ReadOnlySpan<byte> Tail => "\"\n}\n"u8;

    public int Status { get; }

    public string Type { get; }

    public string Title { get; }

    public string Detail { get; }

    /// <summary>Whether the same request may succeed a second later: the answer then says so.</summary>
    public bool IsForAWhile => this == Unavailable || this == TooManyWrites;

    /// <summary>The document up to where the instance begins, ready to be sent.</summary>
    public ReadOnlyMemory<byte> Head { get; }
}
