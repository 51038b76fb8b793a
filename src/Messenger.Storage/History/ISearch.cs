using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Storage.Sql;

namespace Messenger.Storage.History;

/// <summary>The full-text search of an engine.</summary>
internal interface ISearch
{
    /// <summary>The index, for one transaction.</summary>
    ISearchIndex Index(SqlSession session);

    /// <summary>A page of what is found (<see cref="IMessageHistory.SearchAsync"/>).</summary>
    SearchPage Find(SqlSession session, SearchRequest request);
}

/// <summary>Writes the full-text index.</summary>
internal interface ISearchIndex
{
    /// <summary>Indexes a message once <see cref="Write"/> is called.</summary>
    void Add(ContactId contact, long number, long position, string text);

    /// <summary>Takes messages out whose texts are about to be erased.</summary>
    /// <param name="contact">Whose.</param>
    /// <param name="first">Number of the first one.</param>
    /// <param name="last">Number of the last one.</param>
    void Remove(ContactId contact, long first, long last);

    /// <summary>Writes what was added. At the end of the transaction.</summary>
    void Write();
}
