using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Holdfast.Configuration.Document;

/// <summary>
/// Builds a document's nodes from YAML's events. Reading events keeps every error instead of the first, bounds depth,
/// and refuses what a configuration does not need and an attacker likes: anchors, aliases, merge keys, tags.
/// </summary>
internal sealed class DocumentReader
{
    /// <summary>The deepest setting is three sections down; this leaves room for a helpful message.</summary>
    private const int MaxDepth = 8;

    private readonly Parser _events;
    private readonly string _text;
    private readonly Action<int, string> _report;
    private int _line = 1;

    private DocumentReader(string text, Action<int, string> report)
    {
        _text = text;
        _events = new Parser(new StringReader(text));
        _report = report;
    }

    /// <summary>Reads the document, reporting every problem with its line. Null when there is nothing, or no use in going on.</summary>
    public static ConfigNode? Read(string text, Action<int, string> report) => new DocumentReader(text, report).ReadDocument();

    private ConfigNode? ReadDocument()
    {
        ConfigNode? root = null;
        try
        {
            while (_events.MoveNext())
            {
                if (_events.Current is not DocumentStart start)
                {
                    continue;
                }

                if (root is not null)
                {
                    _report(Line(start), "a second document ('---') begins here: a configuration is one document");
                    break;
                }

                root = ReadNode(Next(), depth: 0);
            }
        }
        catch (YamlException malformed)
        {
            ReportMalformed((int)malformed.Start.Line, (int)malformed.End.Line, malformed.Message);
            return null;
        }
        catch (Exception confused) when (confused is InvalidOperationException or ArgumentException)
        {
            // The parser loses its way in some texts that are no YAML, and says so like this.
            ReportMalformed(_line, _line, "it cannot be understood from here on");
            return null;
        }
        catch (TooDeepException tooDeep)
        {
            _report(tooDeep.Line, $"nested deeper than {MaxDepth} levels: no setting lies there");
            return null;
        }

        return root;
    }

    private ConfigNode ReadNode(ParsingEvent current, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new TooDeepException(Line(current));
        }

        RefuseDecoration(current);
        return current switch
        {
            Scalar scalar => new ConfigScalar(scalar.Value, scalar.Style is ScalarStyle.Plain, Line(scalar)),
            SequenceStart => ReadList(Line(current), depth),
            MappingStart => ReadSection(Line(current), depth),
            _ => new ConfigScalar("", IsPlain: true, Line(current)), // an alias: reported above, read as nothing
        };
    }

    private ConfigList ReadList(int line, int depth)
    {
        List<ConfigNode> items = [];
        for (var current = Next(); current is not SequenceEnd; current = Next())
        {
            items.Add(ReadNode(current, depth + 1));
        }

        return new ConfigList(items, line);
    }

    private ConfigSection ReadSection(int line, int depth)
    {
        List<ConfigEntry> entries = [];
        Dictionary<string, int> seen = new(StringComparer.Ordinal);
        for (var current = Next(); current is not MappingEnd; current = Next())
        {
            var key = ReadNode(current, depth + 1);
            var value = ReadNode(Next(), depth + 1);
            if (key is not ConfigScalar { Text: var name })
            {
                _report(key.Line, "a key must be a plain word");
            }
            else if (name == "<<")
            {
                _report(key.Line, "merge keys ('<<') are not supported: write the settings out");
            }
            else if (!seen.TryAdd(name, key.Line))
            {
                _report(key.Line, $"'{Quoting.Clip(name)}' is given twice in one section, first on line {seen[name]}: keep one of them");
            }
            else
            {
                entries.Add(new ConfigEntry(name, key.Line, value));
            }
        }

        return new ConfigSection(entries, line);
    }

    private void RefuseDecoration(ParsingEvent current)
    {
        if (current is AnchorAlias)
        {
            _report(Line(current), "aliases ('*name') are not supported: write the value out");
        }
        else if (current is NodeEvent node)
        {
            if (!node.Anchor.IsEmpty)
            {
                _report(Line(current), "anchors ('&name') are not supported: write the value where it is needed");
            }

            if (!node.Tag.IsEmpty)
            {
                _report(Line(current), "tags ('!type') are not supported: every setting has its type already");
            }
        }
    }

    private ParsingEvent Next()
    {
        if (!_events.MoveNext() || _events.Current is not { } current)
        {
            throw new SyntaxErrorException("the file ends too early");
        }

        _line = Line(current);
        return current;
    }

    private static int Line(ParsingEvent current) => (int)Math.Max(1, current.Start.Line);

    /// <summary>The parser knows where what it read began, and where it gave up: the latter is the mistake, unless it is the end.</summary>
    private void ReportMalformed(int began, int gaveUp, string message)
    {
        var lines = _text.TrimEnd().Split('\n');
        var tab = Array.FindIndex(lines, Math.Clamp(began - 1, 0, lines.Length - 1), line => line.AsSpan(0, line.Length - line.TrimStart().Length).Contains('\t'));
        if (tab >= 0 && tab <= gaveUp)
        {
            _report(tab + 1, "a tab indents this line: YAML allows only spaces there");
            return;
        }

        var line = gaveUp >= 1 && gaveUp <= lines.Length ? gaveUp : Math.Clamp(began, 1, lines.Length);
        _report(line, $"not valid YAML: {Quoting.Clip(message)}");
    }

    /// <summary>Ends the reading from however deep it has come.</summary>
    private sealed class TooDeepException(int line) : Exception
    {
        public int Line { get; } = line;
    }
}
