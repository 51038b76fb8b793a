namespace Messenger.Storage.Sql;

/// <summary>What a column holds.</summary>
internal enum SqlType
{
    /// <summary>A 64-bit number, a time or a flag.</summary>
    Number,

    /// <summary>Text.</summary>
    Text,

    /// <summary>A set of words, each in quotes; PostgreSQL alone has it.</summary>
    Words,
}

/// <summary>A table into which rows are inserted in great numbers.</summary>
/// <param name="name">Name of the table.</param>
/// <param name="columns">Its columns, in the order in which values are given.</param>
internal sealed class SqlTable(string name, params (string Name, SqlType Type)[] columns)
{
    private readonly string _into = $"insert into {name} ({string.Join(", ", columns.Select(c => c.Name))})";

    public IReadOnlyList<(string Name, SqlType Type)> Columns => columns;

    /// <summary>Inserts one row: a parameter for each column.</summary>
    public string InsertRow => field ??= $"{_into} values ({string.Join(", ", columns.Select((_, i) => $"${i + 1}"))})";

    /// <summary>Inserts many rows on PostgreSQL: an array for each column.</summary>
    public string InsertArrays => field ??=
        $"{_into} select {string.Join(", ", columns.Select(c => c.Type == SqlType.Words ? $"{c.Name}::tsvector" : c.Name))} from "
        + $"unnest({string.Join(", ", columns.Select((c, i) => $"${i + 1}::{(c.Type == SqlType.Number ? "bigint" : "text")}[]"))}) "
        + $"as rows ({string.Join(", ", columns.Select(c => c.Name))})";
}
