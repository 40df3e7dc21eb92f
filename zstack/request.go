package zstack

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/zstack-go/zstack-go/internal/redact"
	"github.com/zstack-go/zstack-go/internal/wire"
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
	body    []byte
	async   bool
	session bool

	credentials grant // the action's own; empty when it has none
	requestIP   string
	secrets     []string // values that no error and no log may show
}

// prepare checks an action and builds its request. Its errors are
// [*ValidationError].
func prepare(a Action, product Product) (*request, error) {
	b, err := newBuilder(a, product)
	if err != nil {
		return nil, err
	}
	template, key := b.info.Path, b.info.Body
	if product == ZSphere && b.info.ZSphere != nil {
		template, key = b.info.ZSphere.Path, b.info.ZSphere.Body
		b.request.method, b.request.async = b.info.ZSphere.Method, b.info.ZSphere.Async
	}
	switch b.request.method {
	case http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete:
	default:
		return nil, b.refuse("", ConstraintType, "describes no call: its method is none of GET, POST, PUT and DELETE")
	}
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
	if len(info.Products) > 0 && !slices.Contains(info.Products, product) {
		product = info.Products[0] // no other product's rules are known
	}
	b := &builder{plan: p, info: info, product: product, values: make([]reflect.Value, len(p.params))}
	b.request = &request{action: info.Name, method: info.Method, async: info.Async, session: info.Session}
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
	inPath  []string        // parameters that travel in the path, and only there
	request *request
}

func (b *builder) refuse(wire, constraint, reason string) error {
	return &ValidationError{Action: b.info.Name, Field: wire, Constraint: constraint, Reason: reason}
}

// collect reads and checks every parameter.
func (b *builder) collect(action reflect.Value) error {
	given := b.plan.givenOf(action)
	for i := range b.plan.params {
		p := &b.plan.params[i]
		v := p.value(action, given, b.product)
		if constraint, reason := p.check(v, b.product); constraint != "" {
			return b.refuse(p.wire, constraint, reason)
		}
		b.values[i] = v
		if b.info.Query && p.wire == "conditions" {
			for _, c := range b.texts(p.wire) {
				if reason, refused := strings.CutPrefix(c, refusedCondition); refused {
					return b.refuse(p.wire, ConstraintCondition, reason)
				}
			}
		}
		if p.sensitive && v.IsValid() {
			b.request.secrets = appendTexts(b.request.secrets, v)
		}
	}
	return nil
}

// appendTexts collects every text in a secret, so that each can be masked.
func appendTexts(list []string, v reflect.Value) []string {
	switch v.Kind() {
	case reflect.String:
		return append(list, v.String())
	case reflect.Slice:
		for i := range v.Len() {
			list = appendTexts(list, v.Index(i))
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			list = appendTexts(list, it.Value())
		}
	case reflect.Interface, reflect.Pointer:
		return appendTexts(list, v.Elem())
	}
	return list
}

// text returns a set text parameter; empty when it is not set.
func (b *builder) text(wire string) string {
	if i, ok := b.plan.byWire[wire]; ok && b.values[i].IsValid() && b.values[i].Kind() == reflect.String {
		return b.values[i].String()
	}
	return ""
}

// takeCredentials reads the four fields that every action has. They travel in
// headers, where a control character would end the line.
func (b *builder) takeCredentials() error {
	r := b.request
	r.credentials = grant{session: b.text("sessionId"), keyID: b.text("accessKeyId"), secret: b.text("accessKeySecret")}
	r.requestIP = b.text("requestIp")
	for wire, value := range map[string]string{"sessionId": r.credentials.session, "accessKeyId": r.credentials.keyID, "requestIp": r.requestIP} {
		if !fitsHeader(value) {
			return b.refuse(wire, ConstraintType, "holds a character that no header can carry")
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

func fitsHeader(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}

// fillPath puts parameters into the path.
func (b *builder) fillPath(template string) error {
	var path, plain, shown strings.Builder
	for rest := template; rest != ""; {
		literal, after, found := strings.Cut(rest, "{")
		for _, s := range []*strings.Builder{&path, &plain, &shown} {
			s.WriteString(literal)
		}
		if !found {
			break
		}
		var name string
		if name, rest, found = strings.Cut(after, "}"); !found {
			return b.refuse("", ConstraintPath, "its path has a brace without an end")
		}
		value, sensitive, err := b.segment(name)
		if err != nil {
			return err
		}
		b.inPath = append(b.inPath, name)
		path.WriteString(escapeSegment(value))
		plain.WriteString(value)
		if sensitive {
			value = redact.Mask
		}
		shown.WriteString(value)
	}
	b.request.path, b.request.plain, b.request.shown = path.String(), plain.String(), shown.String()
	return nil
}

// escapeSegment escapes a value so that it stays one segment of a path. The
// server may decode a plus as a space, so it is escaped as well.
func escapeSegment(s string) string { return strings.ReplaceAll(url.PathEscape(s), "+", "%2B") }

// segment returns the value for one name in the path.
func (b *builder) segment(name string) (value string, sensitive bool, err error) {
	i, ok := b.plan.byWire[name]
	switch {
	case ok:
		v := b.values[i]
		if !v.IsValid() {
			return "", false, b.refuse(name, ConstraintRequired, "is part of the path and not set")
		}
		value, sensitive = fmt.Sprint(v.Interface()), b.plan.params[i].sensitive
	case b.info.Query:
		// Two query actions have a name in their path that is no parameter;
		// what it stands for can only be said in a condition.
		if value, ok = b.condition(name); !ok {
			return "", false, b.refuse("conditions", ConstraintRequired, "needs the condition "+name+"=..., which is part of the path")
		}
	default:
		return "", false, b.refuse(name, ConstraintUnknown, "is part of the path, but no parameter of the action")
	}
	if reason := badSegment(value); reason != "" {
		return "", false, b.refuse(name, ConstraintPath, reason+" and cannot stand in a path")
	}
	return value, sensitive, nil
}

// condition finds the value that a condition name=value asks for.
func (b *builder) condition(name string) (string, bool) {
	for _, c := range b.texts("conditions") {
		if value, ok := strings.CutPrefix(c, name+"="); ok {
			return value, true
		}
	}
	return "", false
}

func (b *builder) texts(wire string) []string {
	if i, ok := b.plan.byWire[wire]; ok && b.values[i].IsValid() {
		list, _ := b.values[i].Interface().([]string)
		return list
	}
	return nil
}

// fillPayload puts what does not travel in the path into the query string or,
// under the given key, into the body.
func (b *builder) fillPayload(key string) (err error) {
	switch {
	case b.request.method == http.MethodPost || b.request.method == http.MethodPut:
		b.request.body, err = b.bodyUnder(key)
	case b.info.Query:
		b.request.query, err = b.conditionQuery()
	default:
		b.request.query, err = b.plainQuery()
	}
	return err
}

// sent calls each with every parameter that is set and has no other place.
func (b *builder) sent(each func(p *param, v reflect.Value) error) error {
	for i := range b.plan.params {
		p := &b.plan.params[i]
		if p.credential || !b.values[i].IsValid() || slices.Contains(b.inPath, p.wire) {
			continue
		}
		if err := each(p, b.values[i]); err != nil {
			return err
		}
	}
	return nil
}

// isTags says which parameters stand beside the others in a body, not among
// them.
func isTags(wire string) bool { return wire == "systemTags" || wire == "userTags" }

func (b *builder) bodyUnder(key string) ([]byte, error) {
	object := wire.NewObject()
	member := func(p *param, v reflect.Value) error {
		if err := object.Member(p.wire, v.Interface()); err != nil {
			return b.refuse(p.wire, ConstraintType, "cannot be written as JSON: "+err.Error())
		}
		return nil
	}
	object.Begin(key)
	err := b.sent(func(p *param, v reflect.Value) error {
		if isTags(p.wire) {
			return nil
		}
		return member(p, v)
	})
	if err != nil {
		return nil, err
	}
	object.End()
	err = b.sent(func(p *param, v reflect.Value) error {
		if !isTags(p.wire) {
			return nil
		}
		return member(p, v)
	})
	return object.Bytes(), err
}

// A queryString is built in the order in which its pairs are added.
type queryString struct{ strings.Builder }

func (q *queryString) add(key, value string) {
	if q.Len() > 0 {
		q.WriteByte('&')
	}
	q.WriteString(url.QueryEscape(key))
	q.WriteByte('=')
	q.WriteString(url.QueryEscape(value))
}

// plainQuery writes parameters as the server reads them from a GET or DELETE: a
// list repeats its key, a map becomes name.key=value.
func (b *builder) plainQuery() (string, error) {
	var q queryString
	err := b.sent(func(p *param, v reflect.Value) error {
		if err := q.addValue(p.wire, v); err != nil {
			return b.refuse(p.wire, ConstraintType, "cannot be written into a query: "+err.Error())
		}
		return nil
	})
	return q.String(), err
}

func (q *queryString) addValue(key string, v reflect.Value) error {
	switch v.Kind() {
	case reflect.String:
		q.add(key, v.String())
	case reflect.Bool:
		q.add(key, strconv.FormatBool(v.Bool()))
	case reflect.Int, reflect.Int32, reflect.Int64:
		q.add(key, strconv.FormatInt(v.Int(), 10))
	case reflect.Float32, reflect.Float64:
		q.add(key, strconv.FormatFloat(v.Float(), 'f', -1, v.Type().Bits()))
	case reflect.Slice:
		for i := range v.Len() {
			if err := q.addValue(key, v.Index(i)); err != nil {
				return err
			}
		}
	case reflect.Map:
		keys := v.MapKeys()
		sort.Slice(keys, func(i, j int) bool { return keys[i].String() < keys[j].String() })
		for _, k := range keys {
			if err := q.addValue(key+"."+k.String(), v.MapIndex(k)); err != nil {
				return err
			}
		}
	case reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return q.addValue(key, v.Elem())
	default:
		text, err := wire.Encode(v.Interface())
		if err != nil {
			return err
		}
		q.add(key, string(text))
	}
	return nil
}

// conditionQuery writes the parameters that query actions share, in the order
// that the server documents.
func (b *builder) conditionQuery() (string, error) {
	var q queryString
	for _, c := range b.texts("conditions") {
		q.add("q", c)
	}
	for _, name := range []string{"limit", "start", "count", "groupBy", "replyWithCount", "filterName"} {
		if i, ok := b.plan.byWire[name]; ok && b.values[i].IsValid() {
			if err := q.addValue(name, b.values[i]); err != nil {
				return "", b.refuse(name, ConstraintType, "cannot be written into a query: "+err.Error())
			}
		}
	}
	by, direction := b.text("sortBy"), b.text("sortDirection")
	switch {
	case by == "" && direction != "":
		return "", b.refuse("sortDirection", ConstraintConflict, "is set, but sortBy is not")
	case by != "" && strings.EqualFold(direction, "desc"):
		q.add("sort", "-"+by)
	case by != "":
		q.add("sort", "+"+by)
	}
	if fields := b.texts("fields"); len(fields) > 0 {
		for _, f := range fields {
			if strings.Contains(f, ",") {
				return "", b.refuse("fields", ConstraintType, "has a name with a comma, which the server would read as two")
			}
		}
		q.add("fields", strings.Join(fields, ","))
	}
	return q.String(), nil
}
