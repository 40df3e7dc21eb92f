// Package zstack calls the API of a ZStack management node. It is the engine of
// the SDK: it checks, sends, signs, waits and decodes. The calls themselves are
// plain structs in package actions, the data they return is in package types.
//
//	package main
//
//	import (
//		"context"
//		"fmt"
//		"log"
//
//		"github.com/zstack-go/zstack-go/actions"
//		"github.com/zstack-go/zstack-go/zstack"
//	)
//
//	func main() {
//		ctx := context.Background()
//		client, err := zstack.NewClient("http://mn:8080",
//			zstack.WithCredentials(zstack.Account("admin", "password")))
//		if err != nil {
//			log.Fatal(err)
//		}
//		defer client.Close(ctx)
//
//		res, err := actions.RecoverVmInstanceAction{UUID: "0eb6f6f88ff93da48cfc5bca0dbd5c18"}.Call(ctx, client)
//		if err != nil {
//			log.Fatal(err)
//		}
//		fmt.Println(res.Inventory.Name, res.Inventory.State)
//	}
//
// # Calls and jobs
//
// Call runs an action and returns its result. Most actions that change something
// run as a job on the server: Call waits for it, and Start returns a [Job] to
// wait for later. A job's uuid is known before the call is sent ([NewJobUUID],
// [WithJobUUID]) and outlives the process: [ResumeJob] picks it up again for as
// long as the server keeps the result, which is three hours. The context ends a
// call in every phase; the job on the server goes on.
//
// A server that lacks an action can run another one that has the same path: a query in
// place of a creation, with a reply that looks like a success. And a job's uuid can be
// another action's. So a reply to a change is an error where it has members but none of
// the result's, and where its schema names a class that a data type of the result
// refuses: those that have a method
//
//	func (*Mine) Foreign(class string) bool
//
// say by it which of the server's classes are known and none of theirs. An empty reply
// is taken, and so is every reply that goes into a map or a json.RawMessage, as those of
// [Do] do. A result that has no members, as those of deletions have none, refuses the rows
// of a query, and whatever else where the job uuid was chosen by the caller. Two calls
// whose results are empty cannot be told apart: with the job uuid of the first, the second
// looks like a success although nothing was done. Each call needs a job uuid of its own.
//
// # Credentials
//
// A client logs in when the first call needs a session, once, however many calls
// wait for it, and logs out when it is closed: [Account], [User], [LDAP], [IAM2]
// and, for every other way, [Login]. [Session] uses a session as it is, and
// [AccessKey] signs each request. An action whose own SessionID, or AccessKeyID
// and AccessKeySecret, are set uses those. A session that the client logged in to
// is renewed before it ends, five minutes or a quarter of its life, or replaced by
// a new login where the server cannot renew it. When the server has ended it all
// the same, the client logs in again and repeats the call, with a new job
// uuid; the server had not run it. Should the new session end as well, it does so again,
// five times in all, with pauses that grow to two seconds. That holds for Call, Start and [Job.Wait], and
// not for calls whose job uuid the caller chose. The repetition is sent under the
// context of who waits for the job, and never after that has ended; an error from
// when it may have been sent has the new job uuid.
//
// # Parameters
//
// Required parameters are plain fields, optional ones pointers (new("text"),
// new(int64(1))), lists and maps: nil is not sent, and what is set is sent even
// when it is empty, zero or false. A required number or boolean that can be zero or false
// is a pointer too, and one that was forgotten is refused, as is a required string that is
// empty. Strings lose white space at their ends, except where the API wants them as they
// are (the passwords inside VMs); a required string of nothing but white space is sent as
// an empty one, for the server to refuse, unless it is part of the path or a constraint
// forbids that. Everything is checked against the catalogue's constraints before it is
// sent, and refused with a [*ValidationError].
//
// # Errors
//
// A call that fails returns an [*Error] with the action, the URL, the HTTP status,
// the job uuid where the call has a job, and the server's error with its chain of
// causes:
//
//	if errors.Is(err, types.SysResourceNotFound) { ... } // or zstack.IsNotFound(err)
//
//	var failed *zstack.Error
//	if errors.As(err, &failed) && failed.Code != nil {
//		fmt.Println(failed.Code.Details)
//	}
//
// A [*ValidationError] says that nothing was sent, an [*UnknownOutcomeError] that
// a change may or may not have been made, a [*JobExpiredError] that the server
// knows no such job. [IsNotFound], [IsPermissionDenied], [IsAuthenticationFailed] and
// their kin put the usual questions; what the server refuses in plain text, such as
// an access key, they know too. Where no ZStack API answers, the error says what to
// check.
//
// No error and no log record of the SDK shows a password, a session, a key or a
// signature. Where an action, a result or a data type holds one it is a
// [types.Secret] or a [types.SecretURL], which show a mask wherever they are printed,
// logged or marshaled; a conversion to string is the value.
//
// # Sending again
//
// What is sent again, and when:
//
//	                                    reads         asynchronous    synchronous
//	                                                  changes         changes
//	no connection could be made         again         again           again
//	429, over the server's limit        again         again           again
//	broken connection, broken reply     again         settled         unknown
//	no reply in time                    again         settled         unknown
//	502, 504, 503 that is a proxy's     again         settled         unknown
//	503 with the server's error         the answer    the answer      the answer
//	200 that is no result               an error      unknown         unknown
//	400, 401, 403, 404, 405, 500        the answer    the answer      the answer
//	certificate that is not valid       an error      an error        an error
//
// Reads are the calls that change nothing, whatever their method is, as their
// [ActionInfo] says; the few POST and PUT calls among them that run as a job are settled
// as changes are.
//
// The reply to a read or a login has five minutes to begin, that to a synchronous change
// half an hour; to be taken as a job a change has one minute ([WithReplyTimeout]).
//
// Again means at most four times ([WithMaxRetries]), with a random pause that
// grows from 100 milliseconds to 5 seconds, or as long as Retry-After says, up to
// a minute. After a 429 all requests of the client wait. Logins are sent again like
// reads, but a wrong password never is: the client remembers the refusal.
//
// Settled means that the client asks for the call's job by its uuid. The call is sent
// again, with the same uuid, only when the server has twice said that it knows no such
// job: in its own words, each time within half a second, at least a second apart and
// at least three seconds after the sending broke off. With less time than that until
// the context's deadline it is not, and never with WithMaxRetries(0). A server that has
// the first one after all refuses the second. ZStack Cloud 2.0 to 4.7.20 is
// not known to refuse it; the client asks for the release, and on those it only
// waits for the job to appear, for ten seconds, unless the call creates something whose
// uuid it carries. A server that calls itself anything else is taken for a current one,
// and so is one that has refused a job uuid since the client was made. Settling goes on
// until the context's deadline, or for 15 seconds when it has none, in the same growing
// pauses.
//
// What remains: a server checks a job uuid and stores it in two steps. One that holds
// the first sending between them for longer than all that takes, and answers others
// promptly meanwhile, runs the call twice. A creation is there once all the same, as
// "Creations" says, but of a kind of which the second run undoes the first it can be gone
// after the call has succeeded, or come after it has failed.
//
// Unknown means an [*UnknownOutcomeError]: the change may have been made, and is
// not sent a second time. So ends a call that could not be settled. What a creation
// made is asked for first, as "Creations" says. Its Resolve method asks again later.
//
// All requests go through a token bucket (see [RateLimiter]), and what is sent
// again through a smaller one, so that an outage is not made worse.
//
// # Creations
//
// Most actions that create something have a parameter for its uuid, resourceUuid. Where
// the caller leaves it unset, the client sets it to a uuid of version 4 that follows from
// the call's first job uuid and the action's name, so that a repetition after a new login
// and the same call with the same job uuid ask for the same resource. The server's
// database refuses a second one of that uuid, be it that two sendings of a call run at
// once, or that the call is made again when its job has long been forgotten.
// [WithoutResourceUUIDs] turns that off. A uuid that the caller chose ([NewUUID]) and that
// is taken is an error with the code SYS.1000 ([types.SysInternal]) and the database's
// "Duplicate entry" in its details; SYS.1000 alone can mean many other things. What has a
// net, and what has none:
//
//	                                              sent again as above   one resource at most
//	creates, and has a parameter for the uuid     yes                   yes
//	creates, and has none (tags, for instance)    yes                   no
//	other changes                                 yes                   does not apply
//	creates synchronously                         no                    if it has the parameter
//
// An action has the parameter when the ResourceUUID of its [ActionInfo] is not empty,
// which is so for 312 of the catalogue's. The net does not keep a second run from
// undoing the first: of some kinds (instance offerings and snapshots have been seen)
// nothing is left then, and the call fails.
//
// When two runs of a call meet, the job's result is that of whichever ended last. So a
// creation that was sent twice, one whose job is gone or cannot be settled, and one with
// a job uuid of the caller's, but a resource uuid of the client's, that the database
// refused (SYS.1000) ask what they create, where the action has a query for it
// (SettledBy, 288 actions):
//
//	                                          the job succeeded   the job failed   no word of the job
//	it is there, in a state that lasts        success             success          success
//	it is there, without a state or status    success             success          unknown
//	it is there, and was before the call      success             failure          unknown
//	its state passes (Creating, Connecting)   asked again         asked again      asked again
//	it is not there                           unknown             failure          unknown
//
// A state or status passes when it ends in "ing" and is not Running; it is asked again
// until the context's deadline, and else as long as the server may take for the call. A
// resource that is not there is looked for twice, a second apart, before a call that was
// sent twice counts as failed, and for four seconds before it is unknown. Where the job
// has no result, that of the call is the resource alone: members beside the inventory are
// missing. That a resource was there before the call is seen by its createDate, and only
// where the caller chose the uuid; where the time zone in use may be wrong, that is
// unknown too. A creation without such a query that was sent twice and refused by the
// database is unknown.
//
// # Waiting
//
// Waiting for a job survives broken connections, proxies' errors and a management
// node that restarts, until the context ends; the job goes on then, and the error
// has its uuid. A job that a node ran when it died stays a running one for ever: without
// a deadline, a wait for one that is said to run ends with an [*UnknownOutcomeError] (or
// with what a creation made) after the time that the server gives the call and an hour
// more. That time is [WithAPITimeout], else the longer one of the server's own for the
// action and of what it said when it took the call, else three hours; a resumed job gets
// four hours from the Wait on. Only the server's own words say that it knows no such
// job: another 404 is asked about five times more, and is an error that does not end
// the job. [WithWebhook] lets the server tell of the end of jobs, which are then polled
// every 30 seconds only. [WithProgress] has a wait tell how far the job has come.
//
// [Until] waits for what no job tells of: it polls until a resource is in the state that
// is wanted, or gone.
//
// # Long jobs
//
// The server runs some actions that take long (27 of the catalogue's, whose [ActionInfo]
// says LongJob) in a second way, which it keeps in its database: as long jobs, which
// outlive its restart and the three hours after which jobs are forgotten. [LongJob]
// makes one of an action:
//
//	job, err := zstack.LongJob(actions.AddImageAction{...}).Start(ctx, client)
//	...
//	save(job.UUID())
//	res, err := job.Wait(ctx) // the result of AddImageAction
//
//	// Later, or in another process, however long after:
//	res, err = zstack.LongJob(actions.AddImageAction{}).Resume(client, uuid).Wait(ctx)
//
// Not every release keeps the result of every long job; [LongJobOf.Wait] says what there
// is then. With [WithJobUUID] a long job is submitted once, even by a program that is
// killed and started again.
//
// # Resuming
//
// A program that may be killed in the middle makes the job uuid itself and notes
// it with the time before it calls:
//
//	uuid := zstack.NewJobUUID()
//	save(uuid, time.Now())
//	res, err := action.Call(ctx, client, zstack.WithJobUUID(uuid))
//
// When it starts again within three hours, it makes the same call with the same
// uuid: a server that has it already, of release 4.7.21 or later, does not run it
// again, and Call waits for the job that is there. On an older one it asks with
// [ResumeJob] first. After three hours the server has forgotten the uuid. A creation can
// be made again with the same uuid all the same, if the action has a parameter for the
// uuid of what it creates and the call leaves it unset: it asks for the same resource, which the database refuses to
// make twice, and where SettledBy says how to read it, the call succeeds with that (see
// "Creations"). Calls of SubmitLongJobAction are no such creations: a server can take a
// second one as a wish to run the long job again. A [LongJob] looks for the first one
// before it is submitted. After other changes the resource itself has to be looked at.
// examples/resume is a whole program.
//
// # Queries
//
// Each kind of resource has a query action. Its conditions must all hold; [Where]
// makes them from [Eq], [Like], [In] and their kin:
//
//	running := actions.QueryVmInstanceAction{Conditions: zstack.Where(
//		zstack.Eq("state", "Running"),
//		zstack.Gte("createDate", time.Now().Add(-24*time.Hour)),
//		zstack.Eq("vmNics.l3NetworkUuid", network), // of any of its NICs
//		zstack.Like("__systemTag__", "ha::%"),      // one of its tags
//	)}
//
// Fields are named as on the wire, with a dot where one leads into another
// resource; __systemTag__ and __userTag__ stand for the tags. Values are strings,
// numbers, booleans and times, which are written in the server's zone and to the
// second. The server compares strings without regard to case. It finds the operator of a
// condition by searching the whole string, so that a value such as "a>=b" would change
// what is asked, and fails on a value that holds a single quote: such a condition is
// refused before it is sent. Where() alone selects
// every row. Conditions can be written as strings too, which are sent as they are.
//
// An In of more than about a hundred uuids makes a URL that servers refuse. Whatever
// reads rows or counts them, but for Call, reads one such list in parts, in the order of
// uuids and every row once; [Pager] has the limits.
//
// There are several ways to read what matches:
//
//	for vm, err := range running.All(ctx, client) { ... } // every row
//	for page, err := range running.Pages(ctx, client) { ... }
//	n, err := running.Count(ctx, client)    // only their number
//	vm, err := running.First(ctx, client)   // the first in the action's order
//	vm, err := running.One(ctx, client)     // else ErrNotFound or ErrMultiple
//	vm, err := actions.GetVmInstance(ctx, client, uuid)
//	res, err := running.Call(ctx, client)   // one page as asked
//
// Call reads one page, which the server cuts at 1,000 rows when the action has no
// Limit; the client's log has a warning then. All and Pages read every row, in the order of uuids, or of the id of what
// has no uuid, each page beginning after the last one of the page before: a row that
// is there throughout is seen exactly once, whatever is created or deleted meanwhile,
// and the last page costs what the first does. Pages have 500 rows ([WithPageSize]), and the next one is
// fetched while one is looked at ([WithoutPrefetch] turns that off). Leaving the loop
// stops fetching. Limit and StartAt bound what is read. An action with a SortBy of its
// own or a GroupBy, and one of the few whose rows have neither uuid nor id, is paged by
// offset, where rows that come and go can shift others past a page's edge. Fields asks for some fields of each row; the others are zero, as
// though the server had none. [IsNotFound] knows the error of First, One and Get when
// there is no row. An error ends a loop; what was read before it is as good as ever.
//
// A destroyed VM instance and a deleted image or volume are found like any other until
// the server expunges them. Their types have a method Deleted that tells, and so have
// those of bare-metal instances and IAM2 projects.
//
// A row whose type others extend carries what it really is:
//
//	if ceph, ok := storage.Concrete().(*types.CephPrimaryStorageInventory); ok { ... }
//
// What conditions cannot ask, ZQL can: "or", parentheses, queries within queries,
// values with any character in them. actions.ZQLQueryAction sends it, several queries
// at once if they are divided by semicolons; [QuoteZQL] writes values, and [RowsAs]
// gives the rows their type:
//
//	zql := "query vminstance where hostUuid in (query host.uuid where status = " +
//		zstack.QuoteZQL(status) + ") return with (total)"
//	res, err := actions.ZQLQueryAction{Zql: &zql}.Call(ctx, client)
//	...
//	vms, err := zstack.RowsAs[types.VmInstanceInventory](client, res.Results[0].Inventories)
//
// examples/queries is a whole program.
//
// # Reading only
//
// A client made with [WithReadOnly] sends nothing that changes something: exporters,
// reports and assistants can then be given credentials that may do more. A change is
// refused with [ErrReadOnly] before anything is sent; only the client's own logins,
// renewals and logouts are sent.
//
// # Newer than this library
//
// A server can be newer than the catalogue that package actions was made from. A
// parameter that it has and an action here has not is added to a call by [WithParam], and
// [WithRaw] gives the result as it came, with the members that the result here has not:
//
//	var raw json.RawMessage
//	res, err := actions.StartVmInstanceAction{UUID: vm}.Call(ctx, client,
//		zstack.WithParam("newParameter", true), zstack.WithRaw(&raw))
//	...
//	var newer struct {
//		Inventory struct {
//			NewMember string `json:"newMember"`
//		} `json:"inventory"`
//	}
//	err = client.Decode(raw, &newer)
//
// Servers ignore parameters that they do not know. Nothing tells that one had no effect,
// because its name has a mistake in it or the server is older after all, but what the call
// did.
//
// An API that the catalogue lacks is called by an action type of your own: a struct with
// the parameters, and a method ActionInfo that says where they go. Options, jobs,
// queries and errors are as with every other. The example of [Action] has three of them, a
// change, a read and a query with a [Pager]; [Validate] says which constraints a field can
// have, [ActionInfo] what the engine rests on: without Reads a call counts as a change.
//
// # Any action by name
//
// Package registry has every action by name, for command lines and tools. [Do]
// calls an action of any type and returns the result as JSON, which
// [Client.Decode] reads, and [Validate] checks one without sending it.
//
// # Time
//
// The server writes timestamps without a zone, reads the times of conditions as its own
// wall clock shows them, and compares the dates of signed requests with it. A client that
// logs in finds the server's time zone at each login: the createDate of the new session
// is the wall clock's, and the Date header of the same reply is UTC. The local zone stays
// in use where its offset is the server's at that time, because it knows daylight saving;
// otherwise a fixed zone takes its place, which knows none: that the server's clock was
// set forward or back is found at the next login. A reply that does not tell changes
// nothing. [Client.Location] returns the zone in use, and the client's log says when it
// was found to differ.
//
// A session or an access key that comes from outside never logs in, and so finds nothing:
// [WithLocation] says which zone the server is in if that is not the local one. It always
// wins.
package zstack
