using System.Text.Encodings.Web;
using System.Text.Json;
using Xunit;

namespace Holdfast.Tests.Http;

/// <summary>The problem documents, word for word: those of Kask from its code, the others from our documentation.</summary>
internal static class Expect
{
    private static readonly JsonSerializerOptions s_asItIs = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Dictionary<int, (string Name, string Title, string Detail)> s_problems = new()
    {
        [400] = ("bad_request", "Bad request", "The request was incorrect or malformed"),
        [401] = ("not_authorized", "Not authorized", "Unable to authorize request"),
        [404] = ("not_found", "Not found", "The value you requested was not found"),
        [413] = ("value_too_large", "Value too large", "The value is larger than this service accepts"),
        [429] = ("too_many_writes", "Too many writes", "This key is written too often, write it less often"),
        [500] = ("server_error", "Internal server error", "The server encountered an error with your request"),
        [503] = ("storage_unavailable", "Storage unavailable", "The storage cannot serve right now, try again"),
        [507] = ("insufficient_storage", "Insufficient storage", "The storage has no room for more values"),
    };

    public static void Problem(RawResponse response, int status, string instance)
    {
        Assert.Equal(status, response.Status);
        Assert.Equal(Document(status, JsonSerializer.Serialize(instance, s_asItIs)), response.Text);
        Assert.Equal("application/json", response["Content-Type"]);
        Assert.Equal("nosniff", response["X-Content-Type-Options"]);
        Assert.Equal("no-store", response["Cache-Control"]);
    }

    /// <summary>The whole body, as Go's indented encoder writes it.</summary>
    public static string Document(int status, string quotedInstance)
    {
        var (name, title, detail) = s_problems[status];
        return $$"""
            {
              "type": "https://www.mediawiki.org/wiki/Kask/errors/{{name}}",
              "title": "{{title}}",
              "detail": "{{detail}}",
              "instance": {{quotedInstance}}
            }

            """;
    }
}
