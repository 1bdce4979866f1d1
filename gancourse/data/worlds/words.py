"""Common English words of four to six letters, one-hot: the smallest text there is to generate."""

from collections import Counter

import torch

LETTERS = " abcdefghijklmnopqrstuvwxyz"  # a space fills up what is shorter than LENGTH
LENGTH = 6

WORDS = """
able above across action active actual adult after again agent agree ahead alive allow almost alone along also always
amount anger angle animal answer anyone appear apple apply april arrive artist aside aspect assume attack autumn avoid
award away baby back baker ball band bank base basic basket bath beach bear beat beauty become before begin behind
being belief bell belong below beside best better beyond bird birth black blade blank block blood blue board boat body
bone book border born both bottle bottom bowl brain branch brave bread break bridge brief bright bring broad broken
brown brush build burn bush busy butter button call calm camera camp candle card care career carry case castle cause
center chain chair chance change charge cheap check cheese child choice choose church circle city claim class clean
clear clever client clock close cloth cloud coast coat coffee cold collar colour common cook cool copper copy corner
cost cotton count county couple course court cousin cover crack create credit crew crime cross crowd crown curve
custom daily dance danger dark date deal dear debate decade decide deep defeat degree demand depend desert design
desire desk detail dinner direct doctor dollar door double doubt down dozen draft drama draw dream dress drink drive
drop dust duty each eager early earn earth ease east easy edge editor effect effort eight either elect eleven else
empire employ empty enable energy engine enjoy enough enter entire entry equal error escape even event ever every
exact except excuse exist expect expert extra face fact factor fail fair faith fall false family famous farm fast
father favour fear feed feel fellow fence field fifty fight figure file fill film final find fine finger finish fire
firm first fish five flag flat flight float floor flow flower fold follow food foot force forest forget form former
forty found four frame free fresh friend front fruit fuel full fund future gain game garden gate gather gentle giant
gift girl give glad glass global glove goal gold golden good grade grain grand grant grass gray great green ground
group grow growth guard guess guest guide habit hair half hall hammer hand handle hang happen happy hard harm heart
heat heavy height hello help hero hidden high hill hire hold hole holy home honest hope horse hotel hour house human
hunt hurry idea image impact inch income indeed injury inside island issue item jacket join joint judge juice jump
jury just keep kettle kick kind king knee knife knock know labour lack ladder lady lake lamp land large last late
later laugh launch layer lead leader leaf learn least leave left legal lemon length less lesson letter level life lift
light like limit line link list listen little live local lock long look loose lord lose loss love lower luck lunch
magic mail main major make manage manner many maple march margin mark market marry master match matter maybe meal mean
meat medal media meet member memory menu merely metal method middle might mile milk mind mine minor minute mirror miss
mixed mobile model modern moment money monkey month mood moon moral more most mother motion mount mouse mouth move
movie much muscle music must mutual myself name narrow nation native nature near nearly neck need nerve never news
next nice night nine noble nobody noise none normal north nose note notice number nurse object obtain ocean offer
office often older once only onto open option orange order other outer output over owner pack page paint pair palace
panel paper parent park part party pass past path pause peace pencil people pepper period permit person phone photo
phrase piano pick piece pile pilot pink pipe pitch place plain plan plane planet plant plate play player please plenty
pocket poem poet point police policy pool poor poster pound power press pretty price pride prince print prior prison
prize proof proper proud prove public pull pupil pure push queen quick quiet quite race radio rain raise range rapid
rather reach react read ready real reason recall recent record reduce refer reform refuse regard region relate remain
remind remote remove repair repeat reply report rescue result return reveal review reward rice rich ride right ring
rise risk river road rock role roof room root rose rough round route royal rule rural safe safety sail salad salary
sale salt same sample sand save scale scene school score screen search season seat second secret sector secure seed
seek seem select self sell send senior sense series serve settle seven shade shadow shake shape share sharp sheep
sheet shelf shell shift shine ship shirt shock shoe shoot shop shore short shot should show shower shut sick side sign
signal silent silver simple since single sister site sixty size skill skin sleep slice slide slight slow small smart
smile smoke smooth snow social soft soil solid solve some song soon sorry sort soul sound soup source south space
speak speech speed spend spirit split sport spread spring square stable staff stage stair stamp stand star start state
status stay steady steel step stick still stock stone stop store storm story straw stream street stress strike string
strong studio study stuff style sudden suffer sugar suit summer sunny supper supply sure survey swim switch symbol
system table take tale talent talk tall target task taste teach team tell temple tender tennis tent term test text
than thank that theme then theory there these thick thin thing think third thirty this those though thread three
throat throw thus ticket tide tight time tiny tired title today toilet tone tongue tool tooth topic total touch tough
tour toward tower town track trade train travel treat tree trend trial trip truck true trust truth turn twelve twenty
twice type unable under union unique unit until upon upper urban useful user usual valley value vast very victim video
view vision visit visual voice volume vote wage wait wake walk wall want warm warn wash waste watch water wave weak
wealth weapon wear week weight west wheel when where which while white whole whose wide widely wife wild will wind
window wine wing winner winter wise wish within woman wonder wood word work worker world worry worth would wound write
writer wrong yard year yellow young youth zone
""".split()


def encode(words):
    """Words to one-hot letters, shape (n, LENGTH, 27), float32."""
    letters = torch.tensor([[LETTERS.index(c) for c in w.ljust(LENGTH)] for w in words])
    return torch.nn.functional.one_hot(letters, len(LETTERS)).float()


def decode(x):
    """The likeliest letter at every place, as words: (n, LENGTH, 27) to n strings."""
    return ["".join(LETTERS[i] for i in row).strip() for row in x.argmax(dim=2).tolist()]


def batches(n):
    """Batches of n words, one-hot, without end."""
    data = encode(WORDS)
    while True:
        yield data[torch.randint(len(data), (n,))]


def letter_statistics(words, n=2):
    """How often each run of n letters occurs, a `Counter`; the space before and after a word is a letter."""
    return Counter(f" {w} "[i : i + n] for w in words for i in range(len(w) + 3 - n))


def share_plausible(written, known):
    """The share of words all of whose runs of three letters occur in `known`; two lists of strings."""
    runs = letter_statistics(known, 3)
    return sum(all(run in runs for run in letter_statistics([w], 3)) for w in written) / len(written)
