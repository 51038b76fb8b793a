using System.Text.Json;
using Messenger.Domain.Contacts;
using Messenger.Storage.Sql;

namespace Messenger.Storage.History;

/// <summary>Where sealed messages with a contact stand, in the contact's row.</summary>
internal sealed class SealingWriter(SqlSession session)
{
    /// <summary>What stands for verified identities: that the owner compared it, or that a link named it.</summary>
    public const int Compared = 1;

    /// <inheritdoc cref="Compared"/>
    public const int ByLink = 2;

    public void Apply(ContactId contact, ContactEvent happened)
    {
        switch (happened)
        {
            case BundleTaken e:
                session.Post("update contacts set identity = $2 where contact = $1", contact.Value, IdentityOf(e.Bundle));
                break;
            case IdentityOffered e:
                session.Post("update contacts set offered = $2 where contact = $1", contact.Value, IdentityOf(e.Bundle));
                break;
            case IdentityDecided { Taken: true }:
                session.Post("update contacts set identity = offered, offered = null, verified = 0 where contact = $1 and offered is not null", contact.Value);
                break;
            case IdentityDecided:
                session.Post("update contacts set offered = null where contact = $1", contact.Value);
                break;
            case VerificationChanged e:
                session.Post("update contacts set verified = $2 where contact = $1", contact.Value, !e.Verified ? 0 : e.ByLink is true ? ByLink : Compared);
                break;
            case PlaintextChanged e:
                session.Post("update contacts set plaintext = $2 where contact = $1", contact.Value, e.Allowed ? 1 : 0);
                break;
        }
    }

    // It was checked before it came into the journal.
    private static string? IdentityOf(string bundle)
    {
        using var document = JsonDocument.Parse(bundle);
        return document.RootElement.GetProperty("ik").GetString();
    }
}
