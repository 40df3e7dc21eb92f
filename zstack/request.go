package zstack

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/internal/network"
	"github.com/zstack-go/zstack-go/internal/redact"
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
func prepare(a Action, product Product, jobUUID string, more []extra) (*request, error) {
	b, err := newBuilder(a, product)
	if err != nil {
		return nil, err
	}
	if err := b.refuseLongLists(); err != nil {
		return nil, err
	}
	if err := b.addExtra(more); err != nil {
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
		return nil, b.refuse("", ConstraintType, "describes no call: its method is none of GET, POST, PUT and DELETE")
	}
	if !strings.HasPrefix(template, "/") {
		return nil, b.refuse("", ConstraintPath, "describes no call: its path does not begin with a slash")
	}
	// A job refuses to run twice whatever it does; it is settled by asking for it.
	b.request.read = (b.info.Reads || b.info.Query) && (b.request.method == http.MethodGet || !b.request.async)
	b.request.unlimited = b.info.Query && !b.isSet("limit")
	if err := b.fillPath(template); err != nil {
		return nil, err
	}
	if err := b.fillPayload(key); err != nil {
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
		return nil, &ValidationError{Action: v.Type().Name(), Constraint: ConstraintType, Reason: "describes no call: its ActionInfo is nil"}
	}
	p, err := planOf(v.Type())
	if err != nil {
		return nil, &ValidationError{Action: info.Name, Constraint: ConstraintType, Reason: err.Error()}
	}
	product = product.rules()
	if len(info.Products) > 0 && !slices.Contains(info.Products, product) {
		product = info.Products[0] // no other product's rules are known
	}
	b := &builder{plan: p, info: info, product: product, values: make([]reflect.Value, len(p.params)), set: make([]int, 0, 16)}
	b.request = &request{action: info.Name, method: info.Method, async: info.Async, session: info.Session, login: isLogin(info), timeout: info.Timeout, pollAfter: info.PollAfter}
	if info.Complete != "" && info.SettledBy != nil {
		b.request.whole = &whole{info.Complete, info.SettledBy}
	}
	if err := b.collect(v); err != nil {
		return nil, err
	}
	return b, b.takeCredentials()
}

// structOf returns the struct behind an action.
func structOf(a Action) (reflect.Value, error) {
	v := reflect.ValueOf(a)
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.Struct:
		return v, nil
	case reflect.Invalid, reflect.Pointer:
		return v, &ValidationError{Constraint: ConstraintRequired, Reason: "the action is nil"}
	default:
		return v, &ValidationError{Action: v.Type().Name(), Constraint: ConstraintType, Reason: "the action is no struct"}
	}
}

// nameOf is an action's name for a message, whatever the action is.
func nameOf(a Action) string {
	if _, err := structOf(a); err != nil {
		return ""
	}
	if info := a.ActionInfo(); info != nil {
		return info.Name
	}
	return ""
}

// A builder turns one action into one request.
type builder struct {
	plan    *plan
	info    *ActionInfo
	product Product
	values  []reflect.Value // what is sent for each parameter; invalid for nothing
	set     []int           // the parameters that something is sent for
	given   Given           // what was set in JSON
	inPath  []string        // parameters that travel in the path, and only there
	// personal says that the action has credentials of its own.
	personal bool
	extra    []extra // parameters that the action does not have
	request  *request
}

func (b *builder) refuse(wire, constraint, reason string) error {
	return &ValidationError{Action: b.info.Name, Field: wire, Constraint: constraint, Reason: reason}
}

// collect reads and checks every parameter.
func (b *builder) collect(action reflect.Value) error {
	given := &b.given
	if !b.plan.readGiven(action, given) {
		given = nil
	}
	for i := range b.plan.params {
		p := &b.plan.params[i]
		v := p.value(action, given, b.product)
		constraint, reason := p.check(v, b.product)
		if constraint == ConstraintRequired && !v.IsValid() && b.isEncrypted(action) {
			constraint = ""
		}
		if constraint != "" {
			if constraint == ConstraintRequired && b.info.Query && p.wire == "conditions" {
				reason += "; Where() selects every row"
			}
			return b.refuse(p.wire, constraint, reason)
		}
		b.values[i] = v
		if p.wire == "conditions" {
			for _, c := range b.texts(p.wire) {
				if reason, refused := strings.CutPrefix(c, refusedCondition); refused {
					return b.refuse(p.wire, ConstraintCondition, "hold one that cannot be sent: "+reason)
				}
				if !b.info.Query && serverTimes(c, time.UTC) != c {
					return b.refuse(p.wire, ConstraintCondition, "hold a time, which only query actions write as the server reads it")
				}
			}
		}
		if v.IsValid() {
			b.set = append(b.set, i)
			b.personal = b.personal || p.credential
			b.request.secrets = p.appendSecrets(b.request.secrets, v)
		}
	}
	return nil
}

// encryptedTag begins the system tag in which parameters travel encrypted, so that
// required ones can be absent: the server finds them there.
const encryptedTag = "encryptionParam::"

// isEncrypted reports whether the action's parameters travel in a system tag.
func (b *builder) isEncrypted(action reflect.Value) bool {
	i, ok := b.plan.byWire["systemTags"]
	if !ok {
		return false
	}
	tags, _ := action.Field(b.plan.params[i].field).Interface().([]string)
	return slices.ContainsFunc(tags, func(tag string) bool { return strings.HasPrefix(tag, encryptedTag) })
}

// appendSecrets collects the secrets in a value of the parameter, those inside it
// included, so that each can be masked.
func (p *param) appendSecrets(list []string, v reflect.Value) []string {
	switch {
	case p.sensitive != redact.None:
		return appendSecrets(list, p.sensitive, v)
	case p.inner != nil && p.inner.secret:
		p.inner.find(v, func(inner reflect.Value) bool {
			for i := range p.inner.fields {
				f := &p.inner.fields[i]
				if f.sensitive == redact.None && (f.inner == nil || !f.inner.secret) {
					continue
				}
				if value := f.value(inner, nil, ""); value.IsValid() {
					list = f.appendSecrets(list, value)
				}
			}
			return false
		})
	}
	return list
}

// appendSecrets collects what is secret in the strings in a value.
func appendSecrets(list []string, kind redact.Kind, v reflect.Value) []string {
	switch v.Kind() {
	case reflect.String:
		return append(list, redact.Secrets(kind, v.String())...)
	case reflect.Slice:
		for i := range v.Len() {
			list = appendSecrets(list, kind, v.Index(i))
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			list = appendSecrets(list, kind, it.Value())
		}
	case reflect.Interface, reflect.Pointer:
		return appendSecrets(list, kind, v.Elem())
	}
	return list
}

// isSet reports whether there is a value to send for a parameter.
func (b *builder) isSet(wire string) bool {
	i, ok := b.plan.byWire[wire]
	return ok && b.values[i].IsValid()
}

// text returns a set text parameter; empty when it is not set.
func (b *builder) text(wire string) string {
	if i := b.plan.byWire[wire]; b.isSet(wire) && b.values[i].Kind() == reflect.String {
		return b.values[i].String()
	}
	return ""
}

// takeCredentials reads the four fields that every action has. They travel in
// headers, where a control character would end the line.
func (b *builder) takeCredentials() error {
	if !b.personal {
		return nil
	}
	r := b.request
	r.credentials = authorization{session: b.text("sessionId"), keyID: b.text("accessKeyId"), secret: b.text("accessKeySecret")}
	r.requestIP = b.text("requestIp")
	for _, p := range [...]struct{ wire, value string }{{"sessionId", r.credentials.session}, {"accessKeyId", r.credentials.keyID}, {"requestIp", r.requestIP}} {
		if !network.FitsHeader(p.value) {
			return b.refuse(p.wire, ConstraintType, "holds a character that no header can carry")
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
