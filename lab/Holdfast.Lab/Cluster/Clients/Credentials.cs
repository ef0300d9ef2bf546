using System.Text;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Protocol.Responses;

namespace Holdfast.Lab.Cluster.Clients;

/// <summary>The one user of a lab with authentication. Never printed.</summary>
internal sealed class Credentials(string user, string password)
{
    public string User => user;

    public string Password => password;

    /// <summary>user:password.</summary>
    public static Credentials Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 ? new Credentials(text[..colon], text[(colon + 1)..]) : throw new FormatException("expected user:password");
    }

    /// <summary>PasswordAuthenticator's one step: authorisation id, user, password, each after a zero byte but the first.</summary>
    public static Response Check(byte[]? token, Credentials? expected, TroubleList troubles)
    {
        var parts = Encoding.UTF8.GetString(token ?? []).Split('\0');
        var user = parts.Length == 3 ? parts[1] : "";
        var isRight = expected is null || (parts.Length == 3 && expected.Matches(parts[1], parts[2]));
        return isRight && !troubles.Any(t => t.RefusesCredentials)
            ? new AuthSuccessResponse()
            : new ErrorResponse(ErrorCode.BadCredentials, $"Provided username {user} and/or password are incorrect");
    }

    private bool Matches(string otherUser, string otherPassword) => otherUser == user && otherPassword == password;
}
