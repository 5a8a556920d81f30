"""Where things rest: packet rows, sealed cases and papers, keys, links, the queue, the audit trail.

The packet's row is the truth; Redis is only a signal that work is there. Everything about people
rests sealed under a key of its packet, and erasing a packet forgets that key.

`storage.store.open_store(settings)` gives a `Store`, whose parts are the whole surface:

- `packets`: accept, find, list, read a document, retry, erase (for the service)
- `attempts`: claim, keep, store documents, publish, give back (for the worker)
- `events`: record and list what happened after a packet was written (for the service)
- `templates`: the templates of clinics, version by version (for the service and the worker)
- `paper_versions`: papers that staff edited in Word and gave back
- `keys`: accounts and their API keys
- `staff`: people who use the staff pages, their access codes and sessions
- `calendar_addresses`: secret addresses for people's calendar programs
- `drafts`: half-typed cases
- `links`: signed links to one document
- `queue`: tickets that carry a packet's id
- `audit`: the append-only trail
- `workers`: heartbeats
- `sweeper`: what `necessity tend` does at each pass
- `webhooks`, `webhook_secrets`: what was told to callback addresses, and what signs it (for the
  service and the command line)
- `webhook_calls`, `nearing`: messages to send, and packets whose deadlines may be near (for
  `necessity tend`)
"""
