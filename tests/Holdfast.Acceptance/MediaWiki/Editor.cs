using System.Net;
using System.Text.Json;

namespace Holdfast.Acceptance.MediaWiki;

/// <summary>One person with one browser: logs in once and edits, by MediaWiki's API.</summary>
internal sealed class Editor : IDisposable
{
    private readonly HttpClient _http;
    private string _csrf = "";

    public Editor(Uri wiki) =>
        _http = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() })
        {
            BaseAddress = wiki,
            Timeout = TimeSpan.FromSeconds(60),
        };

    /// <summary>Logs in and fetches the token that edits need; throws with MediaWiki's own answer when it is refused.</summary>
    public async Task LogInAsync()
    {
        string token = await TokenAsync("login");
        using JsonDocument answer = await PostAsync(
            ("action", "clientlogin"), ("username", Wiki.User), ("password", Wiki.Password), ("logintoken", token),
            ("loginreturnurl", _http.BaseAddress!.ToString()), ("format", "json"));
        if (!answer.RootElement.TryGetProperty("clientlogin", out JsonElement login)
            || login.GetProperty("status").GetString() != "PASS")
        {
            throw new InvalidOperationException("login: " + answer.RootElement);
        }

        _csrf = await TokenAsync("csrf");
    }

    /// <summary>
    /// Edits a page as the user who logged in. <c>assert=user</c> makes MediaWiki refuse when the session is gone, instead of
    /// editing anonymously.
    /// </summary>
    /// <returns>Null when the edit was made; else what MediaWiki said.</returns>
    public async Task<string?> EditAsync(string title, string text)
    {
        using JsonDocument answer = await PostAsync(
            ("action", "edit"), ("title", title), ("text", text), ("assert", "user"), ("assertuser", Wiki.User),
            ("token", _csrf), ("format", "json"));
        return answer.RootElement.TryGetProperty("edit", out JsonElement edit)
            && edit.GetProperty("result").GetString() == "Success"
            ? null
            : answer.RootElement.ToString();
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> TokenAsync(string type)
    {
        using HttpResponseMessage answer =
            await _http.GetAsync(new Uri($"api.php?action=query&meta=tokens&type={type}&format=json", UriKind.Relative));
        using JsonDocument json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return json.RootElement.GetProperty("query").GetProperty("tokens").GetProperty(type + "token").GetString()!;
    }

    private async Task<JsonDocument> PostAsync(params (string Name, string Value)[] fields)
    {
        using FormUrlEncodedContent form = new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using HttpResponseMessage answer = await _http.PostAsync(new Uri("api.php", UriKind.Relative), form);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
    }
}
