namespace Holdfast.Lab.Cql.SystemTables;

/// <summary>One row of a system table: what its columns hold; a column that is not given is null.</summary>
internal sealed class SystemRow(params (string Column, byte[]? Value)[] values)
{
    public byte[]? Value(string column)
    {
        foreach (var (name, value) in values)
        {
            if (name == column)
            {
                return value;
            }
        }

        return null;
    }
}
