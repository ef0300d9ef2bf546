using System.Collections.Frozen;

namespace Holdfast.Lab.Cql.Syntax;

/// <summary>
/// The words that mean something to the grammar, as Cassandra 4.0 has them (src/antlr/Lexer.g and the unreserved lists of
/// src/antlr/Parser.g). A reserved word is never a name unless quoted; <c>values</c>, Kask's table, is not reserved.
/// </summary>
internal static class Keywords
{
    private static readonly FrozenSet<string> Reserved = Words(
        "SELECT FROM WHERE AND ENTRIES FULL INSERT UPDATE WITH LIMIT USING USE SET BEGIN UNLOGGED BATCH APPLY TRUNCATE " +
        "DELETE IN CREATE KEYSPACE SCHEMA COLUMNFAMILY TABLE MATERIALIZED VIEW INDEX ON TO DROP PRIMARY INTO ALTER RENAME " +
        "ADD ORDER BY ASC DESC ALLOW IF IS GRANT OF REVOKE MODIFY AUTHORIZE DESCRIBE EXECUTE NORECURSIVE TOKEN NULL NOT " +
        "NAN INFINITY OR");

    private static readonly FrozenSet<string> Types = Words(
        "ASCII BIGINT BLOB BOOLEAN COUNTER DECIMAL DOUBLE DURATION FLOAT INET INT SMALLINT TEXT TIMESTAMP TINYINT UUID " +
        "VARCHAR VARINT TIMEUUID DATE TIME");

    /// <summary>Words that may name a table or a column but not a function.</summary>
    private static readonly FrozenSet<string> NeverFunctions = Words("TTL COUNT WRITETIME KEY CAST JSON DISTINCT");

    private static readonly FrozenSet<string> Unreserved = Words(
        "KEYS AS CLUSTER CLUSTERING COMPACT STORAGE TABLES TYPE TYPES VALUES MAP LIST FILTERING PERMISSION PERMISSIONS " +
        "KEYSPACES ALL USER USERS ROLE ROLES SUPERUSER NOSUPERUSER LOGIN NOLOGIN OPTIONS PASSWORD EXISTS CUSTOM TRIGGER " +
        "CONTAINS INTERNALS ONLY STATIC FROZEN TUPLE FUNCTION FUNCTIONS AGGREGATE AGGREGATES SFUNC STYPE FINALFUNC " +
        "INITCOND RETURNS LANGUAGE CALLED INPUT LIKE PER PARTITION GROUP DATACENTERS ACCESS DEFAULT MBEAN MBEANS REPLACE " +
        "UNSET");

    /// <summary>The keyword that <paramref name="identifier"/> is, in capitals, or null.</summary>
    public static string? Find(string identifier)
    {
        string upper = identifier.ToUpperInvariant();
        return Reserved.Contains(upper) || IsUnreserved(upper) ? upper : null;
    }

    public static bool IsReserved(string keyword) => Reserved.Contains(keyword);

    public static bool IsType(string keyword) => Types.Contains(keyword);

    public static bool MayNameFunction(string keyword) =>
        keyword is "TOKEN" or "COUNT" || (!Reserved.Contains(keyword) && !NeverFunctions.Contains(keyword));

    private static bool IsUnreserved(string upper) =>
        Unreserved.Contains(upper) || Types.Contains(upper) || NeverFunctions.Contains(upper);

    private static FrozenSet<string> Words(string words) =>
        words.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
