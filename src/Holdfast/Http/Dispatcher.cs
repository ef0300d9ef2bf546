using System.Text;
using Holdfast.Configuration;
using Microsoft.AspNetCore.Http.Features;

namespace Holdfast.Http;

/// <summary>
/// The one handler behind Kestrel: sessions on the main listener, the operators' endpoints by their exact path, and a
/// problem for everything else.
/// </summary>
internal sealed class Dispatcher
{
    private readonly byte[] _base;
    private readonly bool _baseIsRoot;
    private readonly bool _adminOnly;
    private readonly SessionEndpoint _sessions;
    private readonly OperatorEndpoints _operators;
    private readonly Func<HttpContext, bool> _isAdmin;

    public Dispatcher(
        HoldfastOptions options, SessionEndpoint sessions, OperatorEndpoints operators, Func<HttpContext, bool> isAdmin)
    {
        _base = Encoding.UTF8.GetBytes(options.Service.BaseUri);
        _baseIsRoot = options.Service.BaseUri == "/";
        _adminOnly = options.Admin.Only;
        _sessions = sessions;
        _operators = operators;
        _isAdmin = isAdmin;
    }

    public Task HandleAsync(HttpContext context)
    {
        var target = RequestTarget.Decode(((IHttpRequestFeature)context.Features[typeof(IHttpRequestFeature)]!).RawTarget);
        var isAdmin = _isAdmin(context);

        // Under the base URI '/', the operators' exact paths come first, as in Kask; no other base URI can meet them.
        if (!isAdmin && target.Path.Span.StartsWith(_base) && !(_baseIsRoot && FindOperator(context, target, isAdmin) is not null))
        {
            return OnSessionAsync(context, target);
        }

        var endpoint = FindOperator(context, target, isAdmin);
        if (endpoint is null)
        {
            ProblemWriter.Write(context, target.IsMalformed ? Problem.BadRequest : Problem.NotFound, target.Path.Span);
            target.Return();
            return Task.CompletedTask;
        }

        target.Return();
        return OnPoolAsync(endpoint, context);
    }

    private Task OnSessionAsync(HttpContext context, in RequestTarget target)
    {
        try
        {
            return _sessions.HandleAsync(context, target);
        }
        catch (Exception) when (RequestIds.Name(context))
        {
            throw; // Never: the filter says no.
        }
    }

    /// <summary>A scrape takes milliseconds, which the thread that received it may not have: other sockets are waiting for it.</summary>
    private static async Task OnPoolAsync(RequestDelegate endpoint, HttpContext context)
    {
        await Task.Yield();
        try
        {
            await endpoint(context);
        }
        catch (Exception) when (RequestIds.Name(context))
        {
            throw; // Never: the filter says no.
        }
    }

    private RequestDelegate? FindOperator(HttpContext context, in RequestTarget target, bool isAdmin) =>
        isAdmin || !_adminOnly ? _operators.Find(context.Request.Method, target.Path.Span, isAdmin) : null;
}
