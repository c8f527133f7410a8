import { MESSAGE_LIMITS } from '../send/outgoing-message';
import { textLength } from '../text-length';
import type { GivenComponent, GivenParameter, ParameterProblem, Template } from './template';
import { countButtons, fillPlaceholders, slotsOf, unsupportedParts } from './template.slots';
import type { Slot } from './template.slots';
import { lacksOf, wordsOfValue } from './template.values';

/** Meta refuses a body or a header that is longer once its values are filled in. */
const FILLED_BODY_LENGTH_MAX = 1_024;
const FILLED_HEADER_LENGTH_MAX = MESSAGE_LIMITS.header;

/** Compares the values of a send with what the template needs; no problems = Meta will take them. */
export function checkParameters(
  template: Template,
  given: readonly GivenComponent[],
): readonly ParameterProblem[] {
  const slots = slotsOf(template);
  const unsupported = unsupportedParts(template).map((part) => ({
    component: part.toLowerCase(),
    parameter: null,
    expected: 'another template, as this part cannot be filled here',
  }));
  const named = template.parameterFormat === 'NAMED';
  return [
    ...unsupported,
    ...slots.flatMap((slot) =>
      checkSlot(
        slot,
        given.filter((one) => fits(slot, one)),
        named,
      ),
    ),
    ...given.flatMap((one) => checkBelongs(one, slots)),
    ...checkButtonsExist(template, given),
    ...slots.flatMap((slot) => checkLength(slot, given, named)),
  ];
}

/** A problem in one line, for people. */
export function describeProblem({ component, parameter, expected }: ParameterProblem): string {
  return `${component}${parameter === null ? '' : ` {{${parameter}}}`}: needs ${expected}`;
}

function fits(slot: Slot, given: GivenComponent): boolean {
  if (given.type.toLowerCase() !== slot.component) return false;
  return slot.index === null || Number(given.index) === slot.index;
}

function checkSlot(slot: Slot, given: readonly GivenComponent[], named: boolean): ParameterProblem[] {
  const component = nameOf(slot);
  const [one, ...more] = given;
  if (one === undefined) return slot.isOptional ? [] : missing(slot);
  if (more.length > 0) return [{ component, parameter: null, expected: 'to be given once only' }];
  if (slot.component === 'button' && !slot.subTypes.includes((one.sub_type ?? '').toLowerCase()))
    return [{ component, parameter: null, expected: `sub_type ${slot.subTypes.join(' or ')}` }];
  return checkGiven(slot, one.parameters ?? [], named);
}

function missing(slot: Slot): ParameterProblem[] {
  return slot.parameters.map((parameter) => ({
    component: nameOf(slot),
    parameter,
    expected: typesOf(slot),
  }));
}

/** Only words have names; a picture or a button has one value, which needs none. */
function checkGiven(slot: Slot, parameters: readonly GivenParameter[], named: boolean): ParameterProblem[] {
  const isNamed = named && slot.component !== 'button' && slot.types.includes('text');
  return isNamed ? checkNamed(slot, parameters) : checkPositional(slot, parameters);
}

function checkPositional(slot: Slot, parameters: readonly GivenParameter[]): ParameterProblem[] {
  const component = nameOf(slot);
  if (parameters.length > slot.parameters.length)
    return [
      {
        component,
        parameter: null,
        expected: `${slot.parameters.length} parameters, not ${parameters.length}`,
      },
    ];
  return slot.parameters.flatMap((parameter, place) => checkValue(slot, parameter, parameters[place]));
}

function checkNamed(slot: Slot, parameters: readonly GivenParameter[]): ParameterProblem[] {
  const component = nameOf(slot);
  const names = parameters.map((one) => one['parameter_name']);
  const strangers = names
    .filter((name, place) => !isOneOf(name, slot.parameters) || names.indexOf(name) !== place)
    .map((name) => ({
      component,
      parameter: typeof name === 'string' && name !== '' ? name : null,
      expected: `parameter_name to be one of ${slot.parameters.join(', ')}, each once`,
    }));
  const values = slot.parameters.flatMap((name) =>
    checkValue(
      slot,
      name,
      parameters.find((one) => one['parameter_name'] === name),
    ),
  );
  return [...strangers, ...values];
}

function isOneOf(name: unknown, names: readonly string[]): boolean {
  return typeof name === 'string' && names.includes(name);
}

function checkValue(slot: Slot, parameter: string, given: GivenParameter | undefined): ParameterProblem[] {
  const lacks = given === undefined || !slot.types.includes(given.type) ? [typesOf(slot)] : lacksOf(given);
  return lacks.map((expected) => ({ component: nameOf(slot), parameter, expected }));
}

/** Values for a part that takes none would make Meta refuse the message. */
function checkBelongs(given: GivenComponent, slots: readonly Slot[]): ParameterProblem[] {
  if (slots.some((slot) => fits(slot, given)) || (given.parameters ?? []).length === 0) return [];
  const place = given.index === undefined ? '' : ` ${given.index}`;
  return [{ component: `${given.type.toLowerCase()}${place}`, parameter: null, expected: 'no parameters' }];
}

/** A component for a button that the template does not have is refused also without values. */
function checkButtonsExist(template: Template, given: readonly GivenComponent[]): ParameterProblem[] {
  const count = countButtons(template);
  return given
    .filter(
      ({ type, index, parameters = [] }) =>
        type.toLowerCase() === 'button' && Number(index) >= count && parameters.length === 0,
    )
    .map(({ index }) => ({
      component: `button ${index}`,
      parameter: null,
      expected: `to be left out, as the template has ${count === 1 ? 'one button' : `${count} buttons`}`,
    }));
}

/** Whether the words still fit once each placeholder holds its value, everywhere it stands. */
function checkLength(slot: Slot, given: readonly GivenComponent[], named: boolean): ParameterProblem[] {
  const lengthMax = slot.component === 'header' ? FILLED_HEADER_LENGTH_MAX : FILLED_BODY_LENGTH_MAX;
  const parameters = given.find((one) => fits(slot, one))?.parameters ?? [];
  if (slot.text === null || parameters.length === 0) return [];
  const filled = fillPlaceholders(slot.text, (name) => {
    const value = named
      ? parameters.find((one) => one['parameter_name'] === name)
      : parameters[slot.parameters.indexOf(name)];
    return value === undefined ? '' : wordsOfValue(value);
  });
  const length = textLength(filled);
  if (length <= lengthMax) return [];
  const expected = `at most ${lengthMax} characters with its values, not ${length}`;
  return [{ component: slot.component, parameter: null, expected }];
}

function nameOf(slot: Slot): string {
  return slot.index === null ? slot.component : `${slot.component} ${slot.index}`;
}

function typesOf(slot: Slot): string {
  return `a parameter of type ${slot.types.join(' or ')}`;
}
