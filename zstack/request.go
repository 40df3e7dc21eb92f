package zstack

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/internal/condition"
	"github.com/zstack-go/zstack-go/internal/network"
	"github.com/zstack-go/zstack-go/internal/params"
	"github.com/zstack-go/zstack-go/internal/sign"
)

// A request is an action made ready to send: checked, with its parameters where
// they travel. It holds nothing that changes from one attempt to the next.
type request struct {
	action  string
	method  string
	path    string // after "/v1", each value escaped as one segment
	plain   string // the same unescaped, which is what signatures cover
	shown   string // the same with secrets masked, for people
	query   string
	timed   []string // conditions with times, which come before the rest of the query
	body    []byte
	job     string // for the log, where it is about a job that has been sent
	async   bool
	session bool
	login   bool // it opens a session
	read    bool // it changes nothing that matters, so that it may arrive twice
	closes  bool // it is part of the closing of the client

	timeout   time.Duration // the server's own for the action; 0 where that is not known
	pollAfter time.Duration // before which its job is not asked for
	made      *resource     // what it creates, where that has a uuid that is known; else nil
	whole     *whole        // what its result has to hold; nil for nothing
	// unlimited is of a query that leaves to the server how many rows it returns.
	unlimited bool

	credentials authorization // the action's own; empty when it has none
	requestIP   string
	secrets     []string // values that no error and no log may show
}

// prepare checks an action and builds its request. What it creates gets a uuid after
// that of its job, unless that is empty. more are parameters beside the action's own.
// Its errors are [*ValidationError].
func prepare(a Action, product Product, jobUUID string, more []params.Extra) (*request, error) {
	b, err := newBuilder(a, product)
	if err != nil {
		return nil, err
	}
	if err := b.refuseLongLists(); err != nil {
		return nil, err
	}
	if err := b.addExtras(more); err != nil {
		return nil, err
	}
	b.nameResource(jobUUID)
	template, key := b.info.Path, b.info.Body
	if v := b.info.variant(product); v != nil {
		template, key = v.Path, v.Body
		b.request.method, b.request.async = v.Method, v.Async
	}
	switch b.request.method {
	case http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete:
	default:
		return nil, b.refuse("", ConstraintType, "does not describe a call: its method is not one of GET, POST, PUT and DELETE")
	}
	if !strings.HasPrefix(template, "/") {
		return nil, b.refuse("", ConstraintPath, "does not describe a call: its path does not begin with a slash")
	}
	// A job refuses to run twice whatever it does; it is settled by asking for it.
	b.request.read = (b.info.Reads || b.info.Query) && (b.request.method == http.MethodGet || !b.request.async)
	b.request.unlimited = b.info.Query && !b.Of("limit").IsValid()
	if err := b.fillPath(template); err != nil {
		return nil, err
	}
	if err := b.encode(key); err != nil {
		return nil, err
	}
	return b.request, nil
}

// newBuilder reads and checks an action's parameters.
func newBuilder(a Action, product Product) (*builder, error) {
	v, err := structOf(a)
	if err != nil {
		return nil, err
	}
	info := a.ActionInfo()
	if info == nil {
		return nil, &ValidationError{Action: v.Type().Name(), Constraint: ConstraintType, Reason: "does not describe a call: its ActionInfo is nil"}
	}
	p, err := params.Of(v.Type())
	if err != nil {
		return nil, &ValidationError{Action: info.Name, Constraint: ConstraintType, Reason: err.Error()}
	}
	product = product.rules()
	if len(info.Products) > 0 && !slices.Contains(info.Products, product) {
		product = info.Products[0] // no other product's rules are known
	}
	b := &builder{info: info, product: product}
	if err := b.readValues(p, v); err != nil {
		return nil, err
	}
	b.request = &request{
		action: info.Name, method: info.Method, async: info.Async, session: info.Session, login: isLogin(info),
		timeout: info.Timeout, pollAfter: info.PollAfter, secrets: b.Secrets,
	}
	if info.Complete != "" && info.SettledBy != nil {
		b.request.whole = &whole{info.Complete, info.SettledBy}
	}
	return b, b.takeCredentials()
}

// A builder turns one action into one request.
type builder struct {
	params.Arguments
	info    *ActionInfo
	product Product
	inPath  []string       // parameters that travel in the path, and only there
	extra   []params.Extra // parameters that the action does not have
	request *request
}

func (b *builder) refuse(wire, constraint, reason string) error {
	return &ValidationError{Action: b.info.Name, Field: wire, Constraint: constraint, Reason: reason}
}

// readValues reads and checks every parameter.
func (b *builder) readValues(p *params.Plan, action reflect.Value) error {
	var seen func(*params.Param, reflect.Value) *params.Violation
	if _, ok := p.Index(conditions); ok {
		seen = b.checkConditions
	}
	refused := b.Read(p, action, string(b.product), seen)
	if refused != nil && refused.Field == conditions && refused.Constraint == ConstraintRequired && b.info.Query {
		refused.Reason += "; Where() selects every row"
	}
	return violation(b.info.Name, refused)
}

// conditions is the wire name of the parameter of queries that holds conditions.
const conditions = "conditions"

// checkConditions refuses conditions that cannot be sent.
func (b *builder) checkConditions(p *params.Param, v reflect.Value) *params.Violation {
	if p.Wire != conditions || !v.IsValid() {
		return nil
	}
	list, _ := v.Interface().([]string)
	for _, c := range list {
		if reason, refused := condition.Carried(c).Refusal(); refused {
			return &params.Violation{Field: p.Wire, Constraint: ConstraintCondition, Reason: "contain one that cannot be sent: " + reason}
		}
		if !b.info.Query && condition.Carried(c).HasTime() {
			return &params.Violation{Field: p.Wire, Constraint: ConstraintCondition, Reason: "contain a time, which only query actions write as the server reads it"}
		}
	}
	return nil
}

// takeCredentials reads the four fields that every action has. They travel in
// headers, where a control character would end the line.
func (b *builder) takeCredentials() error {
	if !b.HasCredentials {
		return nil
	}
	r := b.request
	r.credentials = authorization{session: b.String("sessionId"), keyID: b.String("accessKeyId"), secret: b.String("accessKeySecret")}
	r.requestIP = b.String("requestIp")
	for _, p := range [...]struct{ wire, value string }{{"sessionId", r.credentials.session}, {"accessKeyId", r.credentials.keyID}, {"requestIp", r.requestIP}} {
		if !network.FitsHeader(p.value) {
			return b.refuse(p.wire, ConstraintType, "contains a character that is not valid in a header")
		}
	}
	if k := r.credentials; k.session == "" && (k.keyID == "") != (k.secret == "") {
		wire := "accessKeyId"
		if k.secret == "" {
			wire = "accessKeySecret"
		}
		return b.refuse(wire, ConstraintRequired, "is not set, but the other half of the access key is")
	}
	return nil
}

// addExtras takes the parameters that a call adds to the action's own.
func (b *builder) addExtras(list []params.Extra) error {
	b.extra = list
	for _, p := range list {
		b.request.secrets = params.StringsIn(b.request.secrets, p.Value)
	}
	return checkExtras(b.Plan, b.info, list)
}

// An authorization is what one request is authorized with: a session, or an access key.
type authorization struct {
	session string
	keyID   string
	secret  string
}

func (a authorization) empty() bool { return a.session == "" && a.keyID == "" }

// authorize sets a request's headers. path is the request's after "/v1",
// unescaped; now is in the server's time zone.
func (a authorization) authorize(header http.Header, method, path string, now time.Time) {
	switch {
	case a.session != "":
		header.Set("Authorization", "OAuth "+a.session)
	case a.keyID != "":
		date := sign.Date(now)
		header.Set("Date", date)
		header.Set("Authorization", "ZStack "+a.keyID+":"+sign.Sign(a.secret, method, date, path))
	}
}

// isLogin reports whether an action opens a session, so that the createDate of that is
// the time. A renewal returns the date of the login before it.
func isLogin(info *ActionInfo) bool {
	const start = "login"
	return !info.Reads && !info.Query && len(info.Name) > len(start) && strings.EqualFold(info.Name[:len(start)], start)
}
