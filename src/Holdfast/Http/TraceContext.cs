using System.Buffers;
using System.Diagnostics;
using Microsoft.Extensions.Primitives;

namespace Holdfast.Http;

/// <summary>
/// The W3C trace context of a request. What is malformed or longer than anybody's need is taken for absent, as the recommendation
/// asks (https://www.w3.org/TR/trace-context/): a request is served however its trace looks.
/// </summary>
internal static class TraceContext
{
    /// <summary>Version 00 has 55 characters; a later version may add to them.</summary>
    private const int ParentMax = 128;

    /// <summary>What the recommendation asks everyone to pass on.</summary>
    private const int StateMax = 512;
    private const int StateMembersMax = 32;

    private static readonly SearchValues<char> s_visible = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(value => (char)value)]);

    public static ActivityContext Of(IHeaderDictionary headers)
    {
        var parent = headers.TraceParent;
        return parent.Count == 1 && parent.ToString() is { Length: <= ParentMax } text
            && ActivityContext.TryParse(text, State(headers.TraceState), isRemote: true, out var context)
                ? context
                : default;
    }

    private static string? State(StringValues headers)
    {
        if (headers.Count == 0 || headers.Sum(header => (long)(header?.Length ?? 0)) > StateMax)
        {
            return null;
        }

        var state = string.Join(',', headers.ToArray());
        return state.Length is > 0 and <= StateMax && !state.AsSpan().ContainsAnyExcept(s_visible) && state.AsSpan().Count(',') < StateMembersMax
            ? state
            : null;
    }
}
