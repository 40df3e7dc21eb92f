package zstacktest

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

const (
	// innerHost is the host in the location of a job. A management node names an
	// address of its own there, which clients often cannot reach; they poll the
	// address that they were configured with.
	innerHost = "10.0.0.1:8080"
	// jobLifetime is how long the result of a job can be asked for.
	jobLifetime = 3 * time.Hour
	// defaultAPITimeout is what a reply tells of a job whose client does not limit
	// it. Only a limit that the client has set ends a job.
	defaultAPITimeout = 30 * time.Minute
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
	result  *object
	failure *apiError
}

// submit accepts a call as a job. A call that was not authorized becomes a job
// that fails.
func (n *Node) submit(r *http.Request, c *call, failure *apiError) reply {
	timeout, limited := defaultAPITimeout, false
	if s := r.Header.Get(headerAPITimeout); s != "" {
		seconds, err := strconv.ParseInt(s, 10, 64)
		if err != nil || seconds < 0 || seconds > int64(time.Duration(1<<63-1)/time.Second) {
			return reply{status: http.StatusBadRequest, text: "Invalid header[" + headerAPITimeout + "], timeout is requested"}
		}
		timeout, limited = time.Duration(seconds)*time.Second, seconds > 0
	}
	hook, refused := webhookOf(r)
	if refused != nil {
		return reply{status: refused.status, text: refused.text}
	}
	j := &job{
		uuid: c.jobUUID, call: c, submitted: c.now, due: c.now.Add(n.config.jobDelay), webhook: hook, failure: failure,
	}
	if limited && timeout < n.config.jobDelay {
		j.timeout, j.due = true, c.now.Add(timeout)
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

	o := &object{}
	o.add("location", "http://"+innerHost+n.config.contextPath+"/v1/api-jobs/"+j.uuid)
	o.add("apiTimeout", timeout.Milliseconds())
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
		j.failure = failf(codeTimeout, "the API[%s] timed out after %s", j.call.api.name, j.due.Sub(j.submitted))
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
		return reply{status: http.StatusAccepted}
	default:
		return n.outcome(j, wantsSchema(r))
	}
}

// outcome returns the reply to a poll of a job that is over.
func (n *Node) outcome(j *job, schema bool) reply {
	rep := n.result(j.result, j.failure, schema)
	rep.doubles = true
	return rep
}

// checkDuplicate refuses a request that would start a job a second time.
func (n *Node) checkDuplicate(r *http.Request, uuid string) *refusal {
	switch r.Method {
	case http.MethodPost, http.MethodPut, http.MethodDelete:
		if n.config.checkJobs && n.jobs[uuid] != nil {
			return refusef(http.StatusBadRequest, "Duplicate job uuid[%s]", uuid)
		}
	}
	return nil
}
