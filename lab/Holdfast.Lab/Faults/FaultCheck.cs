using System.Globalization;

namespace Holdfast.Lab.Faults;

/// <summary>
/// Whether a fault can be understood: its kind, its nodes, its parameters and what they are given. Asked before anything is
/// applied, whether the request was typed, posted, or stands in a scenario that runs later.
/// </summary>
internal static class FaultCheck
{
    /// <returns>The kind.</returns>
    /// <exception cref="FaultRequestException">With what is wrong.</exception>
    public static FaultKind Check(FaultRequest request, NodeNames names)
    {
        var kind = FaultCatalog.Find(request.Kind)
            ?? throw new FaultRequestException($"no fault is called {request.Kind}; `lab faults` lists them");
        if (request.Arguments.Keys.FirstOrDefault(a => a != "for" && kind.Parameters.All(p => p.Name != a)) is { } unknown)
        {
            throw new FaultRequestException(
                $"{kind.Name} takes no {unknown}; it takes {string.Join(", ", kind.Parameters.Select(p => p.Name).Append("for"))}");
        }

        if (request.Nodes.Count == 0 && !kind.TakesNoNodes)
        {
            throw new FaultRequestException($"{kind.Name} needs nodes: names, data centres or all");
        }

        foreach (var name in request.Nodes)
        {
            names.Find(name);
        }

        var arguments = new FaultArguments(kind, request.Arguments);
        arguments.Lasts();
        foreach (var parameter in kind.Parameters.Where(p => !(p.MayBeEmpty && arguments.Text(p.Name).Length == 0)))
        {
            Check(kind, parameter, arguments, names);
        }

        return kind;
    }

    private static void Check(FaultKind kind, FaultParameter parameter, FaultArguments arguments, NodeNames names)
    {
        var text = arguments.Text(parameter.Name);
        switch (parameter.Kind)
        {
            case ParameterKind.Duration:
                arguments.Duration(parameter.Name);
                break;
            case ParameterKind.SignedDuration:
                arguments.SignedDuration(parameter.Name);
                break;
            case ParameterKind.Share:
                arguments.Share(parameter.Name);
                break;
            case ParameterKind.Flag:
                arguments.Flag(parameter.Name);
                break;
            case ParameterKind.Count when !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0):
                throw new FaultRequestException($"{kind.Name}: {parameter.Name}={text} is not a whole number above zero");
            case ParameterKind.Choice when !parameter.Choices.Contains(text):
                throw new FaultRequestException($"{kind.Name}: {parameter.Name}={text} is none of {string.Join(", ", parameter.Choices)}");
            case ParameterKind.Datacenter when !names.HasDatacenter(text):
                throw new FaultRequestException($"{kind.Name}: there is no data centre {text}");
            case ParameterKind.Nodes when text.Length == 0:
                throw new FaultRequestException($"{kind.Name} needs {parameter.Name}=: {parameter.Summary}");
            case ParameterKind.Nodes:
                foreach (var name in FaultArguments.List(text))
                {
                    names.Find(name);
                }

                break;
            default:
                break;
        }
    }
}
