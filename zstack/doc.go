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
// # Credentials
//
// A client logs in when the first call needs a session, once, however many calls
// wait for it, and logs out when it is closed: [Account], [User], [LDAP], [IAM2]
// and, for every other way, [Login]. [Session] uses a session as it is, and
// [AccessKey] signs each request. An action whose own SessionID, or AccessKeyID
// and AccessKeySecret, are set uses those. When the server has ended a session
// that the client logged in to, Call logs in again and repeats the call once; the
// server had not run it. Start does so when the server refuses the call at once.
//
// # Parameters
//
// Required parameters are plain fields, optional ones pointers (new("text"),
// new(int64(1))), lists and maps: nil is not sent, and what is set is sent even
// when it is empty, zero or false. A required number or boolean that was forgotten
// cannot be told from zero or false, which is sent then, unless it has a default; a
// required text that is empty is refused. Texts lose white space at their ends,
// except where the API wants them as they are (the passwords inside VMs). Everything is checked against the catalogue's
// constraints before it is sent, and refused with a [*ValidationError].
//
// # Errors
//
// A call that fails returns an [*Error] with the action, the resource's path, the
// HTTP status, the job uuid, and the server's error with its chain of causes:
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
// knows no such job.
//
// No error and no log record of the SDK shows a password, a session, a key or a
// signature, and no action, result or data type does when it is printed or logged
// as a value of its own. encoding/json writes them, since programs have to keep
// such values; so does a JSON log handler that finds one inside a slice, a map or
// a struct of yours.
//
// # Sending again
//
// A request is sent again, at most four times ([WithMaxRetries]), with a random
// pause that grows from 100 milliseconds to 5 seconds or as long as Retry-After
// says, up to a minute:
//
//   - whatever it does, when no connection for it could be made, and after 429,
//     with which the server turns away requests over its limit;
//   - when it only reads (GET, which polls for jobs are too), also after a broken
//     connection, 502, 504, and a 503 that comes from a proxy.
//
// A 503 with the server's error object is the answer of an API that ran and
// failed, and never a reason to send again. A change whose reply was lost, or
// replaced by a proxy's 502, 503 or 504, is never sent again either, since it may
// have been made: it ends in an [*UnknownOutcomeError]. Certificates that are not
// valid are not tried twice.
//
// # Queries
//
// Query actions take conditions, all of which must hold. They are texts such as
// "state=Running" or "name~=web%"; [Where] makes them from [Eq], [Like] and
// their kin, and refuses those that the server would read differently. An empty
// list selects every row. Call reads one page as asked, which the server cuts at
// 1,000 rows when the action has no Limit, and All, an iterator, every row (see
// [Pager]).
//
// # Any action by name
//
// Package registry has every action by name, for command lines and tools. [Do]
// calls an action of any type and returns the result as JSON, which
// [Client.Decode] reads, and [Validate] checks one without sending it.
//
// # Time
//
// The server writes timestamps without a zone, and compares the dates of signed
// requests with its own wall clock. [WithLocation] says which zone it is in; the
// default is the local one.
package zstack
