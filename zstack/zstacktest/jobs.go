package zstacktest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
)

const (
	// jobLifetime is how long the result of a job can be asked for.
	jobLifetime = 3 * time.Hour
)

// A job is an asynchronous call. It runs once, at due, whether or not anybody
// asks: every request and method call first settles what is due. A job with a
// webhook has a timer that does so too.
type job struct {
	uuid      string
	call      *call
	submitted time.Time
	due       time.Time
	// timeout says that the job's time is over before it is done.
	timeout bool
	// webhook is nil when nobody is to be called back.
	webhook *webhook
	done    bool
	result  *javajson.Object
	failure *apierr.Error
}

// submit accepts a call as a job. A call that was not authorized becomes a job
// that fails.
func (n *Node) submit(r *http.Request, c *call, failure *apierr.Error) reply {
	timeout, limited := c.api.Limit(), false
	if s := r.Header.Get(headerAPITimeout); s != "" {
		seconds, err := strconv.ParseInt(s, 10, 64)
		if err != nil || seconds < 0 || seconds > int64(time.Duration(1<<63-1)/time.Second) {
			return reply{status: http.StatusBadRequest, text: "Invalid header[" + headerAPITimeout + "], timeout is requested"}
		}
		timeout, limited = time.Duration(seconds)*time.Second, seconds > 0
	}
	hook, refused := webhookOf(r)
	if refused != nil {
		return reply{status: refused.Status, text: refused.Text}
	}
	j := &job{
		uuid: c.jobUUID, call: c, submitted: c.now, due: c.now.Add(n.config.jobDelay), webhook: hook, failure: failure,
	}
	if limited && timeout < n.config.jobDelay {
		j.timeout, j.due = true, c.now.Add(timeout)
	}
	if lost, runs := c.isLost(); lost {
		// The database cannot keep the job, which nobody hears of again.
		if runs && failure == nil {
			_, _ = c.execute()
		}
		return n.accepted(r, j, timeout)
	}
	n.jobs[j.uuid] = j
	i, _ := slices.BinarySearchFunc(n.pending, j, func(a, b *job) int {
		if a.due.After(b.due) {
			return 1
		}
		return -1 // Of two jobs that end together, the one accepted first runs first.
	})
	n.pending = slices.Insert(n.pending, i, j)
	n.settle()
	n.arm(j)

	return n.accepted(r, j, timeout)
}

// accepted is the reply that tells where to ask for a job.
func (n *Node) accepted(r *http.Request, j *job, timeout time.Duration) reply {
	o := &javajson.Object{}
	o.Add("apiTimeout", timeout.Milliseconds())
	o.Add("location", "http://"+r.Host+n.config.contextPath+"/v1/api-jobs/"+j.uuid)
	return reply{status: http.StatusAccepted, body: o}
}

// settle runs the jobs that are due, ends the long jobs whose time is over, each
// in its turn, forgets the jobs that have been over for long, and returns the time.
func (n *Node) settle() time.Time {
	now := n.config.clock()
	for len(n.pending) > 0 && !n.pending[0].due.After(now) {
		j := n.pending[0]
		n.pending = n.pending[1:]
		n.settleLongJobs(j.due)
		j.run()
		n.finished = append(n.finished, j)
		n.callBack(j)
	}
	n.settleLongJobs(now)
	for len(n.finished) > 0 && n.finished[0].expired(now) {
		if j := n.finished[0]; n.jobs[j.uuid] == j {
			delete(n.jobs, j.uuid)
		}
		n.finished = n.finished[1:]
	}
	return now
}

func (j *job) run() {
	j.done = true
	j.call.now = j.due
	switch {
	case j.failure != nil:
	case j.timeout:
		j.failure = timedOut(j.call.api.name, apierr.Failf(apierr.CodeTimeout, "the API[%s] timed out after %s", j.call.api.name, j.due.Sub(j.submitted)))
	default:
		j.result, j.failure = j.call.execute()
	}
}

func (j *job) expired(now time.Time) bool { return now.Sub(j.due) >= jobLifetime }

// poll answers a request for the state of a job. It needs no authorization.
func (n *Node) poll(r *http.Request, uuid string) reply {
	if r.Method != http.MethodGet {
		return reply{status: http.StatusMethodNotAllowed, text: "only GET method is allowed for querying job status"}
	}
	j := n.jobs[uuid]
	switch {
	case j == nil:
		return reply{status: http.StatusNotFound, text: "the job has been expired"}
	case !j.done:
		return reply{status: http.StatusAccepted, body: &javajson.Object{}}
	default:
		return n.outcome(j, wantsSchema(r))
	}
}

// outcome returns the reply to a poll of a job that is over.
func (n *Node) outcome(j *job, schema bool) reply {
	rep := n.result(j.result, j.failure, schema, true)
	rep.doubles = n.config.doubles
	return rep
}

// checkDuplicate refuses a request that would start a job a second time.
func (n *Node) checkDuplicate(r *http.Request, uuid string) *apierr.Refusal {
	switch r.Method {
	case http.MethodPost, http.MethodPut, http.MethodDelete:
		if n.config.checkJobs && n.jobs[uuid] != nil {
			return apierr.Refusef(http.StatusBadRequest, "Duplicate job uuid[%s]", uuid)
		}
	}
	return nil
}

// operations are the codes that operations on VM instances fail with.
var operations = map[string]string{
	"CreateVmInstance": apierr.CodeVMCreate, "StartVmInstance": apierr.CodeVMStart, "StopVmInstance": apierr.CodeVMStop, "RebootVmInstance": apierr.CodeVMReboot,
	"DestroyVmInstance": apierr.CodeVMDestroy, "MigrateVm": apierr.CodeVMMigrate, "PauseVmInstance": apierr.CodeVMSuspend, "ResumeVmInstance": apierr.CodeVMResume,
}

// timedOut is the error of an operation whose time is over.
func timedOut(name string, err *apierr.Error) *apierr.Error {
	err.Location = "CloudBusImpl3.java: send-message"
	if code := operations[name]; code != "" {
		return apierr.Because(code, err)
	}
	return err
}

// isLost reports whether a call has characters that the database cannot keep, and whether it
// is run all the same.
func (c *call) isLost() (lost, runs bool) {
	if c.node.release.FourBytes {
		return false, false
	}
	for name, value := range c.raw {
		if hasFourBytes(value) {
			return true, tagParams[name] != "" && c.node.release.NewErrors
		}
	}
	return false, false
}

// hasFourBytes reports whether a value has a character of four bytes in UTF-8.
func hasFourBytes(value any) bool {
	switch v := value.(type) {
	case string:
		return strings.ContainsFunc(v, func(r rune) bool { return r > 0xffff })
	case []any:
		return slices.ContainsFunc(v, hasFourBytes)
	}
	return false
}
