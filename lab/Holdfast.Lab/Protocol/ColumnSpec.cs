using Holdfast.Lab.Protocol.Types;

namespace Holdfast.Lab.Protocol;

/// <summary>What metadata says of one bind marker or one column of a result.</summary>
internal sealed record ColumnSpec(string Keyspace, string Table, string Name, CqlType Type);
