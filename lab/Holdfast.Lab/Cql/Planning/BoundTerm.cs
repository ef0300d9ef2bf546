using Holdfast.Lab.Cql.Syntax;
using Holdfast.Lab.Cql.Types;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Protocol.Types;

namespace Holdfast.Lab.Cql.Planning;

/// <summary>A term whose type is known: give it the values, and it has one.</summary>
internal abstract class BoundTerm
{
    public abstract BoundValue Evaluate(BindContext context);

    /// <param name="term">As written.</param>
    /// <param name="type">What it has to be.</param>
    /// <param name="receiver">The column it is for.</param>
    /// <param name="variables">Learns of its markers.</param>
    public static BoundTerm Create(Term term, CqlType type, string receiver, VariableCollector variables)
    {
        switch (term)
        {
            case Literal { Kind: LiteralKind.Null }:
                return new ConstantTerm(null);
            case Literal literal:
                return new ConstantTerm(LiteralReader.Read(literal, type, receiver));
            case Marker marker:
                variables.Add(marker, receiver, type);
                return new MarkerTerm(marker.Index, type);
            case FunctionCall call:
                return FunctionTerm.Create(call, type, receiver, variables);
            case CastTerm cast:
                var castType = TypeResolver.Resolve(cast.Type);
                return castType == type
                    ? Create(cast.Value, type, receiver, variables)
                    : throw CqlException.Invalid($"Cannot assign value {cast} to {receiver} of type {type}");
            default:
                return CollectionTerm.Create(term, type, receiver, variables);
        }
    }
}

internal sealed class ConstantTerm(byte[]? value) : BoundTerm
{
    public override BoundValue Evaluate(BindContext context) => BoundValue.Of(value);
}

internal sealed class MarkerTerm(int index, CqlType type) : BoundTerm
{
    public override BoundValue Evaluate(BindContext context)
    {
        var value = context.Values[index];
        if (value.Bytes is { } bytes && ValueValidator.Refuse(type, bytes) is { } refusal)
        {
            throw CqlException.Invalid(refusal);
        }

        return value;
    }
}
