using Messenger.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Messenger.Storage.Tests.Sqlite;

public sealed class SqliteChangeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SqliteFile _file;
    private readonly SqliteSession _session;

    public SqliteChangeTests()
    {
        _file = new SqliteFile(_folder.File("some.db"), Durability.Full).Prepared();
        _session = _file.Open();
        _session.Execute("create table things (name text unique, number integer); create index by_number on things (number)");
    }

    public static TheoryData<string?> Texts => ["", null, "a", "ёж", new('я', 256), new('я', 5_000), "with $1 and 'quotes'", "a\0b", "👍"];

    public void Dispose()
    {
        _session.Dispose();
        _file.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_text_is_stored_as_it_is(string? text)
    {
        _session.Execute("insert into things (name, number) values ($1, $2)", text, 1L);

        Assert.Equal([text], _session.Query("select name from things", row => row.IsDBNull(0) ? null : row.GetString(0)));
    }

    [Fact]
    public void An_argument_goes_to_the_parameter_of_its_number_wherever_that_stands_and_the_rows_changed_are_counted()
    {
        Assert.Equal(1, _session.Execute("insert into things (number, name) values ($2, $1)", "one", 1));
        Assert.Equal(0, _session.Execute("insert into things (number, name) values ($2, $1) on conflict do nothing", "one", 2));
        Assert.Equal(1, _session.Execute("update things set number = $3 where name = $1 and number < $2", "one", 5L, 7L));
        Assert.Equal(0, _session.Execute("update things set number = $3 where name = $1 and number < $2", "one", 5L, 8L));

        Assert.Equal(7, _session.Single("select number from things", row => row.GetInt64(0)));
    }

    [Fact]
    public void What_failed_is_said_and_the_statement_works_again()
    {
        const string insert = "insert into things (name, number) values ($1, $2)";
        _session.Execute(insert, "one", 1L);
        Assert.Contains("UNIQUE", Assert.Throws<SqliteException>(() => _session.Execute(insert, "one", 2L)).Message, StringComparison.Ordinal);
        Assert.Equal(1, _session.Execute(insert, "two", 2L));
        Assert.Throws<SqliteException>(() => _session.Execute("insert into nothing values ($1)", 1L));
        Assert.Throws<ArgumentException>(() => _session.Execute("delete from things where name = $1; delete from things", "one"));

        Assert.Equal(2, _session.Single("select count(*) from things", row => row.GetInt64(0)));
    }
}
