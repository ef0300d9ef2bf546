using Holdfast.Lab.Cql.Syntax;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Protocol.Types;

namespace Holdfast.Lab.Cql.Planning;

/// <summary>A call of one of the functions of time that drivers and people use in statements.</summary>
internal sealed class FunctionTerm : BoundTerm
{
    private readonly string name;
    private readonly BoundTerm? argument;

    private FunctionTerm(string name, BoundTerm? argument)
    {
        this.name = name;
        this.argument = argument;
    }

    public static new BoundTerm Create(Term term, CqlType type, string receiver, VariableCollector variables)
    {
        var call = (FunctionCall)term;
        var (result, argumentType) = TimeFunctions.Find(call.Keyspace, call.Name, call.Arguments.Count);
        if (result != type && !(type == CqlType.Uuid && result == CqlType.Timeuuid))
        {
            throw CqlException.Invalid(
                $"Type error: cannot assign result of function system.{call.Name} (type {result}) to {receiver} (type {type})");
        }

        var argument = argumentType is null
            ? null
            : BoundTerm.Create(call.Arguments[0], argumentType, $"arg0({call.Name})", variables);
        return new FunctionTerm(call.Name, argument);
    }

    public override BoundValue Evaluate(BindContext context) =>
        BoundValue.Of(TimeFunctions.Evaluate(name, argument?.Evaluate(context).Bytes, context));
}
