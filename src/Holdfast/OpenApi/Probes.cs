using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Holdfast.OpenApi;

/// <summary>
/// x-amples: requests with the answers they should get, in the form that Wikimedia's service-checker reads to watch a
/// running service. They use a key that no session can have.
/// </summary>
internal static class Probes
{
    private const string Key = "HOLDFAST:K:PROBE";
    private const string Value = "HOLDFAST:V:PROBE";

    public static Dictionary<string, IOpenApiExtension> Read() => Monitored(new JsonObject
    {
        ["title"] = "Read the probe's value",
        ["request"] = new JsonObject
        {
            ["params"] = new JsonObject { ["key"] = Key },
            ["headers"] = new JsonObject { ["Accept"] = "application/octet-stream" },
        },
        ["response"] = new JsonObject
        {
            ["status"] = 200,
            ["headers"] = new JsonObject { ["Content-Type"] = "application/octet-stream" },
            ["body"] = Value,
        },
    });

    public static Dictionary<string, IOpenApiExtension> Write() => Monitored(new JsonObject
    {
        ["title"] = "Store the probe's value",
        ["request"] = new JsonObject
        {
            ["params"] = new JsonObject { ["key"] = Key },
            ["headers"] = new JsonObject { ["Content-Type"] = "application/octet-stream" },
            ["body"] = Value,
        },
        ["response"] = new JsonObject { ["status"] = 201 },
    });

    public static Dictionary<string, IOpenApiExtension> Alive() => Monitored(new JsonObject
    {
        ["title"] = "The process lives",
        ["request"] = new JsonObject(),
        ["response"] = new JsonObject
        {
            ["status"] = 200,
            ["headers"] = new JsonObject { ["Content-Type"] = "application/json" },
        },
    });

    private static Dictionary<string, IOpenApiExtension> Monitored(JsonObject sample) => new()
    {
        ["x-amples"] = new JsonNodeExtension(new JsonArray(sample)),
        ["x-monitor"] = new JsonNodeExtension(JsonValue.Create(true)),
    };
}
