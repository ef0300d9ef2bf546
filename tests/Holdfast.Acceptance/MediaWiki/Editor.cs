using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Holdfast.Acceptance.MediaWiki;

/// <summary>
/// One user with one browser's cookies, who logs in once and edits. A failed edit is reported as the wiki tells it and
/// never tried again: a second try would hide the session that was lost.
/// </summary>
internal sealed class Editor : IDisposable
{
    // The wiki's answers when it does not know the session any more.
    private static readonly string[] s_lost = ["assertnameduserfailed", "assertuserfailed", "badtoken", "notloggedin"];

    private readonly Uri _api;
    private readonly HttpClient _http;
    private string _token = "";

    public Editor(Uri wiki, string name)
    {
        Name = name;
        _api = new Uri(wiki, "api.php");
        _http = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() })
        {
            Timeout = TimeSpan.FromSeconds(60),
        };
    }

    public string Name { get; }

    public async Task LogInAsync()
    {
        string token = await TokenAsync("login");
        using JsonDocument answer = await PostAsync(new()
        {
            ["action"] = "clientlogin",
            ["loginreturnurl"] = _api.ToString(),
            ["username"] = Name,
            ["password"] = Wiki.Password,
            ["logintoken"] = token,
        });
        if (!answer.RootElement.TryGetProperty("clientlogin", out JsonElement login)
            || login.GetProperty("status").GetString() != "PASS")
        {
            throw new InvalidOperationException($"{Name} cannot log in: {answer.RootElement}");
        }

        _token = await TokenAsync("csrf");
    }

    /// <summary>One visit: a login, and one edit where it went well.</summary>
    public async Task<EditOutcome> LogInAndEditAsync(int number)
    {
        try
        {
            await LogInAsync();
        }
        catch (Exception error) when (error is InvalidOperationException or KeyNotFoundException or HttpRequestException or OperationCanceledException or JsonException)
        {
            return new EditOutcome(Name, IsOk: false, IsSessionLost: false, error.Message);
        }

        return await EditAsync(number);
    }

    /// <summary>Writes one page with the token of the login, and insists on being the user who logged in.</summary>
    public async Task<EditOutcome> EditAsync(int number)
    {
        string title = $"Log of {Name}";
        try
        {
            using JsonDocument answer = await PostAsync(new()
            {
                ["action"] = "edit",
                ["assertuser"] = Name,
                ["title"] = title,
                ["appendtext"] = $"\n* entry {number.ToString(CultureInfo.InvariantCulture)}",
                ["token"] = _token,
            });
            if (answer.RootElement.TryGetProperty("edit", out JsonElement edit)
                && edit.GetProperty("result").GetString() == "Success"
                && edit.TryGetProperty("newrevid", out _))
            {
                return new EditOutcome(Name, IsOk: true, IsSessionLost: false, "");
            }

            string? code = answer.RootElement.TryGetProperty("error", out JsonElement error)
                ? error.GetProperty("code").GetString()
                : null;
            return new EditOutcome(Name, IsOk: false, s_lost.Contains(code), answer.RootElement.ToString());
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or JsonException)
        {
            return new EditOutcome(Name, IsOk: false, IsSessionLost: false, error.Message);
        }
    }

    /// <summary>Whom the wiki takes this browser for.</summary>
    public async Task<string> WhoAmIAsync()
    {
        using JsonDocument answer = await GetAsync("action=query&meta=userinfo");
        return answer.RootElement.GetProperty("query").GetProperty("userinfo").GetProperty("name").GetString()!;
    }

    /// <summary>How many edits stand under this user's name.</summary>
    public async Task<int> CountContributionsAsync()
    {
        using JsonDocument answer = await GetAsync($"action=query&list=usercontribs&uclimit=500&ucuser={Name}");
        return answer.RootElement.GetProperty("query").GetProperty("usercontribs").GetArrayLength();
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> TokenAsync(string type)
    {
        using JsonDocument answer = await GetAsync($"action=query&meta=tokens&type={type}");
        return answer.RootElement.GetProperty("query").GetProperty("tokens").GetProperty(type + "token").GetString()!;
    }

    private async Task<JsonDocument> GetAsync(string query)
    {
        string text = await _http.GetStringAsync(new Uri(_api, $"?{query}&format=json&formatversion=2"));
        return JsonDocument.Parse(text);
    }

    private async Task<JsonDocument> PostAsync(Dictionary<string, string> fields)
    {
        fields["format"] = "json";
        fields["formatversion"] = "2";
        using FormUrlEncodedContent form = new(fields);
        using HttpResponseMessage answer = await _http.PostAsync(_api, form);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
    }
}
