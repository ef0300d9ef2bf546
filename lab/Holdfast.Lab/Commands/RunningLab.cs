using System.CommandLine;
using System.Text.Json;

namespace Holdfast.Lab.Commands;

/// <summary>The control API of a lab that runs in another process, as commands ask it.</summary>
internal static class RunningLab
{
    public static Option<string> ControlOption() => new("--control")
    {
        Description = "Where the lab's control API listens.", DefaultValueFactory = _ => "127.0.0.1:9180",
    };

    public static Uri Relative(string path) => new(path, UriKind.Relative);

    /// <summary>One request to a running lab; what it refuses, and a lab that is not there, is the caller's mistake.</summary>
    public static async Task<string> AskAsync(
        string control, Func<HttpClient, Task<HttpResponseMessage>> send, CancellationToken cancellation)
    {
        if (!Uri.TryCreate($"http://{control}/", UriKind.Absolute, out var address) || address.PathAndQuery != "/")
        {
            throw new CommandMistake($"--control {control}: an address and a port, as 127.0.0.1:9180");
        }

        using var client = new HttpClient { BaseAddress = address };
        try
        {
            using var response = await send(client).ConfigureAwait(false);
            var text = await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                throw new CommandMistake(Reason(text) ?? $"{(int)response.StatusCode} {response.ReasonPhrase}");
            }

            return text;
        }
        catch (HttpRequestException unreachable)
        {
            throw new CommandMistake($"no lab answers on {control} ({unreachable.HttpRequestError}); `lab up` starts one, --control says where it listens");
        }
    }

    /// <summary>Of a problem document.</summary>
    private static string? Reason(string text)
    {
        try
        {
            return JsonDocument.Parse(text).RootElement.TryGetProperty("detail", out var detail) ? detail.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
