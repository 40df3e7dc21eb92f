/*
Package zstacktest is a simulated ZStack management node for tests and for
programs that want to be tried out without a cloud. It keeps state and speaks the
server's own formats:

	package cloud_test

	import (
		"testing"

		"github.com/zstack-go/zstack-go/actions"
		"github.com/zstack-go/zstack-go/zstack"
		"github.com/zstack-go/zstack-go/zstack/zstacktest"
	)

	func TestStopVM(t *testing.T) {
		node := zstacktest.NewServer(t)
		vm := node.Add("VmInstance", map[string]any{"name": "web", "state": "Running"})
		client, err := zstack.NewClient(node.URL,
			zstack.WithCredentials(zstack.Account("admin", "password")))
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close(t.Context())

		if _, err := (actions.StopVmInstanceAction{UUID: vm}).Call(t.Context(), client); err != nil {
			t.Fatal(err)
		}
		if got := node.Get("VmInstance", vm)["state"]; got != "Stopped" {
			t.Errorf("after stopping, the state is %v", got)
		}
	}

# Ways to run it

[NewServer] listens on a loopback address until the test ends, and [Listen] until
it is closed. [New] returns a node that listens nowhere. It can be the Transport
of an [net/http.Client], which works in a testing/synctest bubble too:

	client := &http.Client{Transport: zstacktest.New()}

A node starts no goroutines. A job's end is reckoned from the clock, and its
effect takes place once, before whatever request or method call comes next. Only
calls with a webhook are different: for each there is a timer until its job ends
and a goroutine until its result is delivered. [Node.Close] ends them, and so does
[Server.Close]; in a testing/synctest bubble, call it before the bubble's function
returns.

# What is in it

A node is empty unless [WithSite] fills it with a zone, a cluster, a host, storage,
an image, offerings and a network. Resources are made through the API, or by
[Node.Add], changed by [Node.Set], and seen through the API or with [Node.Get].
They are records with the field names of the wire. There is a kind for every inventory of
the API, named as that is without "Inventory". Of these the node knows more than the API says,
such as what a new one has and what goes with it:

	Account  AccessKey  Quota  Zone  Cluster  Host  PrimaryStorage  BackupStorage  Image
	InstanceOffering  DiskOffering  L2Network  L3Network  IpRange  UsedIp  SecurityGroup
	SecurityGroupRule  VmInstance  VmNic  VmCdRom  Volume  VolumeSnapshot  VolumeSnapshotTree
	UserTag  SystemTag  GlobalConfig  LongJob

Each is queried with conditions at its path, and read by its UUID below that; most
are created, updated, enabled, disabled and deleted. Beyond that the node knows:

  - logins by account, by user, over LDAP and as an IAM2 virtual ID, sessions that
    end, are renewed, asked about and left, and requests signed with access keys;
  - ordinary accounts, which see and change what is theirs or shared with them, within
    their quotas;
  - attaching storage and networks to clusters and zones, IP ranges, and addresses
    that are handed out and taken back;
  - images and data volumes that are deleted, recovered and expunged, data
    volumes that are attached and detached, and snapshots with their trees;
  - VM instances that are created, started, stopped, rebooted, paused, resumed,
    migrated, destroyed, recovered and expunged, that are given NICs and host names, and
    cloned, that are given NICs, static addresses, host names and CDs, and whose consoles are
    opened; affinity groups;
  - virtual IPs with addresses of their own, and elastic IPs, port forwarding rules and load
    balancers that use them, with listeners, NICs and server groups;
  - the name servers, routes and services of L3 networks, and free and used addresses;
  - the capacity of hosts and storage, and which hosts, volumes, networks and CDs would do for
    a VM instance;
  - security groups with rules, networks and NICs;
  - user tags, their patterns, and system tags, of which it takes those that the server
    defines;
  - settings, global and of single resources;
  - long jobs that are submitted, canceled and deleted;
  - ZQL;
  - the progress of jobs and of long jobs, the version, the time, and whether the node is ready.

It knows how every one of the server's actions is called, and checks parameters by what the
catalogue says of them. What it does for the actions that are not named here follows from the
catalogue as well: what an action creates, changes or deletes, a query shows; what was set, a
read gives back; and what belongs to what its parameters name, it returns. Where the catalogue
says nothing of the kind, the reply is one without values. docs/simulated.md says which is which.
[Node.Handle] gives an action something else to do. A path that no action has is answered as by
a server.

A long job is a record and no more: the node checks that there is such an API and what
its data refer to, and does not run it. One that is submitted is Running, and Succeeded after the
time of [WithLongJobDelay]. One that [Node.Add] makes stays in the state it has.

# How it answers

The node answers as real ones were recorded; the module's tests replay two recordings and keep a
list of what differs. [WithRelease] makes it one of those servers. Without that it is a Cloud 5.3.20
as far as that is known, and where an older server does worse, it does as newer ones do.

A GET is answered with its result, and so are logins, LogOut, GetVersion and
GetCurrentTime. Other APIs are answered with 202 and a job that is polled. The job
has the UUID that the client sent in X-Job-UUID, of whatever 32 characters, and the location has the host, the
port and the context path that the request came to. What has no result is answered with {}, and so is
a poll of a job that runs. A failed API
gives 503 and an error with a code, as it does on the server: in the reply, or in
the job's result. That a session has ended is told in the same way. Errors have the
members that servers send: causes, cost, elaboration, messages and location, or causes, i18nDetails and
opaque on the newest. What cannot be read at all is refused with 400 or 500 and a text.
Numbers are whole, and times "Nov 14, 2017 10:20:57 PM" in the zone of [WithLocation]; [WithDoubles] and
[WithCommaInDates] have the other forms that servers have. Replies have a
Date, which is that of the node's clock in UTC: beside the createDate of a new session it
tells the zone. They have no Content-Type.

What ends well on a server although nothing changes does so here: deleting what was there once,
destroying what is destroyed, starting what runs and stopping what is stopped.

A job whose call had the header X-Web-Hook is reported to the URL in it when it
ends: by a POST with the headers X-Job-UUID and X-Job-Success, and with the body that
a poll would get, schema included if the call asked for one. This is repeated, two
seconds apart and 15 times at most, until it is answered with 2xx. If the job takes
no time, the report can come before the 202. A call that would become a job is
refused with 400 when that URL is not an absolute one of http or https.

Query conditions are taken apart as the server does it, and joined by "and". A
field can be one of a record inside ("vmNics.ip") or of a record that a UUID names
("zone.name"), over any number of steps. Such a condition holds when it does for one
of the records that the steps lead to, so that "vmNics.ip!=10.0.0.1" finds what has
another NIC, and "zone.name is null" nothing that is in no zone. A condition whose
value holds a single quote fails, as it does on the server, and one that compares a number or a time with
something else finds nothing. Strings are compared
without regard to case, as in the server's database, which keeps times in whole
seconds. A time in a condition can be written as in a reply or as
"2006-01-02 15:04:05", both in the zone of [WithLocation], or with a zone as in RFC
3339; it can have a fraction. Null comes first in an ascending order. Rows that nobody sorts come
in the order in which they were made, and with [WithRelease] in that of their UUIDs, as a
database reads them.

The tags that come with a creation are kept, and the conditions "__systemTag__" and
"__userTag__" ask for them: one with "!=", "!~=" or "!?=" holds for a resource none of
whose tags meets the positive form.

"groupBy" is ignored, as servers ignore it. A
count is of all that the conditions find, whatever the limit. A query without a limit
gets 1,000 rows at most. Named filters are answered with an error.

ZQL has queries, counts and sums, with distinct, where, restrict by, return with
(total), group by, order by, limit, offset and named as. An entity is a kind's name in
lower case. Joins are written as paths ("vmNics.ip") and as sub-queries; "filter by",
joined tables, searches and functions other than distinct are answered with an error.
"restrict by" goes the shortest way from one kind to the other. Unlike a query, ZQL
without a limit gets all rows. The schema of a reply names its results and not the rows.

A query that sorts by UUID, ascending, reads a large table only from the UUID that a
condition such as "uuid>..." names, and only up to its limit.

# Clouds

[WithModel] begins with a cloud of a size, and [Copy] with what a client reads from a real one.
[Node.Snapshot] and [Node.Restore] take a node back to what it was, [Node.Save] and [Node.Load]
keep it in a file. [Node.Kinds], [Node.Count], [Node.All] and [Node.Jobs] tell what there is, and
[WithObserver] of each request and its reply. A [Clock] makes time pass as a test wants it.

# Faults

[Node.Fail] makes calls of an action go wrong: with an error, with a reply of something in between, late,
with a connection that breaks before or after the work or inside the reply, or with a node that
stands still; once, a number of times, or for a part of the calls. [WithMiddleware] puts any handler in front
of the node.
The transport of [WithWebhookClient] does so with the calls of webhooks, and can
lose or repeat them. [WithRace] has the node run a call twice as servers do,
[WithoutDuplicateCheck] makes it an older release in that, and
[WithVersion] makes it say that it is another. [Node.ExpireSessions] ends all
sessions, and [WithClock] makes time pass. [Node.Requests] tells what was sent, by action and with
its parameters. [WithSeed] makes the UUIDs of a node the same each time.

What the node does is part of this package's promise and kept as the SDK's API is.
That a later release knows more APIs, fields and checks is not a breaking change.
*/
package zstacktest
