"""Notes that are hard to learn, by the code of what is said of them, once."""

from collections.abc import Mapping

from tests.lint.written import CITED, PURPLE, TOPIC, Note, c, case, choose, items, masks, q, rect, row, tagged, words

ALARMS: Mapping[str, list[list[Note]]] = {
    "L01": [
        [q("Is calcium raised in the dystrophic type?", "Hardly ever")],
        [q("Does warfarin help?", "Trials say otherwise")],
        [q("True or false: MICC needs excision", "False")],
        [q("Richtig oder Falsch? Kalk färbt sich schwarz.", "Falsch.")],
        [q("Gibt es ein Mittel gegen MICC?", "Bisher kaum")],
        [q("Est-ce que la MICC guérit seule ?", "Presque toujours, à l'adolescence")],
        [q("¿Es frecuente la calcinosis tumoral?", "Muy rara")],
        [q("È comune la forma distrofica?", "La più comune di tutte")],
        [q("Existem remédios para a MICC?", "Poucos deles")],
        [q("Verdwijnt MICC vanzelf? Waar of niet waar.", "Waar")],
        [q("钙化会疼吗？", "多数情况会疼")],
        [q("判断正误：钙化是恶性的", "错")],
    ],
    "L02": [
        [q("Is calcium raised in the dystrophic type?", "No")],
        [q("Calcium is raised in the dystrophic type, is it?", "no, it is normal")],
        [q("Can MICC clear by itself?", "Yes: by adulthood")],
        [q("Ist Kalk löslich?", "Nein")],
        [q("La calcinose est-elle fréquente ?", "Non, elle est rare")],
        [q("¿Tiene cura la MICC?", "No")],
        [q("La calcinosi è dolorosa?", "Sì.")],
        [q("A calcinose dói?", "Não")],
        [q("Is de huid hier hard?", "Nee")],
        [q("钙是金属吗？", "是的，是金属")],
    ],
    "L03": [[q("What happens?", words(31))], [q("What happens?", words(41))], [row("T", "Course", "R", words(31))]],
    "L04": [
        [q("Which layers are there?", "corneum, granulosum, spinosum, basale and dermis")],
        [q("What to ask for?", "pain; fever; weight; drugs; travel")],
        [q("What to ask for?", "- pain\n- fever\n- weight\n- drugs\n- travel")],
        [q("皮肤有哪几层？", "角质层、颗粒层、棘层、基底层、真皮")],
    ],
    "L05": [
        [q("Discuss calciphylaxis", "Vessels close")],
        [q("List the subtypes of calcinosis", "Dystrophic first")],
        [q("List the ways of it", "- by skin\n- by blood")],
        [q("Explain why calcium rises", "Bone dissolves")],
        [q("Beschreibe die Kalziphylaxie", "Gefäße verkalken")],
        [q("Expliquez la calciphylaxie", "Les vaisseaux se ferment")],
        [q("Describa la calcifilaxis", "Se cierran los vasos")],
        [q("Descreva a calcifilaxia", "Os vasos fecham")],
        [q("Spiega la calcifilassi", "I vasi si chiudono")],
        [q("Bespreek calcifylaxie", "De vaten sluiten")],
        [q("简述钙化防御的机制", "血管闭塞")],
    ],
    "L06": [
        [q("It closes small vessels. Which disease?", "Calciphylaxis")],
        [q("They carry a crust. Which papules?", "Those of MICC")],
        [c("This is usually found on the {{c1::hands::site}}.")],
    ],
    "L07": [
        [q("Which drug does not lower calcium?", "Thiazide")],
        [q("All of these raise calcium except which?", "Furosemide")],
        [q("What is the least common subtype?", "Metastatic")],
    ],
    "L08": [
        [q("What is meant by tumoral calcinosis?", "Tumoral calcinosis")],
        [q("Where is the deposit of the dermis?", "In the dermis")],
        [q("Which hormone is meant by T3?", "T3")],
        [q("What lies between the dermis and the fat?", "Between dermis and fat")],
        [row("Mimics of calcinosis", "Made of keratin", "Milium", "Keratin")],
        [q("为什么肿瘤样钙质沉着症叫这个名字？", "肿瘤")],
    ],
    "L09": [
        [PURPLE, q("What *colour* are calcium deposits, on H&E?", "Deep purple")],
        [PURPLE, q("On H&E, what colour have the calcium deposits of skin?", "Purple")],
        [items("Stains", a="Von Kossa"), items("Stains:", b="Alizarin red")],
        [q("What does `a = b` set?", "The value of `a`"), q("What does `a = b` set!", "`a`")],
        [c("Salts of calcium are {{c1::purple}} here."), c("Salts of calcium are {{c1::purple::colour}} here.")],
    ],
    "L11": [
        [c(f"Elimination means {{{{c1::{words(9)}}}}} in the end.")],
        [c(f"Elimination means {{{{c1::{words(16)}}}}} in the end.")],
        [c(f"Elimination is {{{{c1::short}}}} and means {{{{c2::{words(9)}}}}}.")],
    ],
    "L12": [
        [c("A {{c1::deposit}} lies in the dermis; a deposit has no lining.")],
        [c("{{c1::Warfarin}} and {{c2::heparin}} were tried, but warfarin is harmful.")],
        [c("Deposits are {{c1::purple::deep purple}} on H&E.")],
        [items("Dystrophic calcinosis and others", a="Dystrophic calcinosis")],
        [c("{{c1::B12}} is taken up in the ileum; B12 needs a carrier.")],
    ],
    "L13": [
        [c("{{c1::Von Kossa}}")],
        [c("What is {{c1::the stain}}?")],
        [c("{{c1::Calcium}} and {{c1::phosphate}}")],
    ],
    "L16": [
        [c(" ".join(f"Layer: {{{{c{at}::name{at}}}}}" for at in range(1, 6)))],
        [c("Skin {{c1::a}}, {{c2::b}}, {{c3::d}}, {{c4::e}}, {{c5::f}}, {{c6::g}} layers")],
        [c("Skin {{c1,2::a}}, {{c3,4::b}}, {{c5::d}} layers")],
    ],
    "L18": [
        [c("Von Kossa makes calcium {{c1::blackish::blac}}.")],
        [c("Von Kossa makes calcium {{c1::black::black}}.")],
        [items("Subtypes", a={"text": "Dystrophic", "cue": "dyst..."})],
    ],
    "L20": [
        [q("How is calcium in MICC?", "It is always normal")],
        [q("What does a crust mean?", "It is pathognomonic for MICC")],
        [row("T", "Course", "MICC", "clears in all patients")],
        [q("What does MICC do by adulthood?", "It clears in all children")],
        [q("When do crusts come?", "Crusts never come before the end of the first year of life")],
    ],
    "L22": [
        [q("A", "b", **CITED), q("C", "d", **CITED), q("How many survive?", "About 50%")],
        [q("A", "b", **CITED), q("C", "d", **CITED), c("Papules measure {{c1::1-4 mm::size}} or so.")],
        [q("A", "b", **CITED), q("C", "d", **CITED), row("Drugs", "Since", "Diltiazem", "in use since 1995")],
    ],
    "L30": [
        [q("A", "b", **CITED), q("C", "d", **CITED), q("Who survives?", "Half of them")],
        [q("A", "b", **CITED), q("C", "d", **CITED), c("Papules lie on the {{c1::hands::site}}.")],
        [q("A", "b", **CITED), q("C", "d", **CITED), items("Stains", a="Von Kossa")],
    ],
    "L32": [
        [q("Which is common?", "Dystrophic", tags=["disputed"])],
        [
            q("Which is common?", "Dystrophic", tags=["disputed"], dispute="most-common-type"),
            q("Which is rare?", "Metastatic", dispute="most-common-type"),
        ],
        [row("T", "How common", "Dystrophic", "most common", tags=["disputed"])],
    ],
    "L43": [
        [masks(m1=rect(0, 0))],
        [masks(dermis=rect(0, 0), rim=rect(70, 10))],
        [masks(dermis=rect(0, 0), copied=rect(0, 0))],
        [masks(dermis=rect(0, 0), rim={"ellipse": [60, 0, 100, 40]})],
    ],
    "L50": [
        [PURPLE, c("Calcium deposits have a {{c1::purple}} colour on H&E.")],
        [
            q("Which vessels calcify in calciphylaxis of dialysis patients?", "Arterioles"),
            q("Which vessels calcify in arterioles?", "Calciphylaxis of dialysis patients"),
        ],
        [
            c("Calcium of dermis and epidermis is shed at the {{c1::surface}}."),
            c("Calcium of dermis and {{c1::epidermis}} is shed at the surface."),
        ],
    ],
    "L54": [
        [q(f"Which of {words(45)}?", "This")],
        [q(f"Patient with {words(60)}. Which?", "This")],
        [q(f"{words(50)} which?", "This")],
        [q("钙" * 100 + "，是哪一种？", "这种")],
        [q(f'Which of {words(46)} is "such a thing"?', "This")],
    ],
    "L55": [
        [q("Milium", "White papule", reverse=True), q("Crust", "white papule")],
        [q("Crust", "White papule."), q("Milium", "White papule", reverse=True)],
        [q("Milium", "White *papule*", reverse=True), q("What is a crust?", "White papule")],
    ],
    "L62": [
        tagged("histology", "histology", "histolgy"),
        tagged("x::causes", "x::causes", "x::causses"),
        tagged("nodule", "nodule", "nodules"),
        tagged("HeartFailure", "HeartFailure", "HeartFailur"),
    ],
    "L63": [
        [q("Which stain?", "Kossa", **TOPIC), q("Which dye?", "Alizarin", **TOPIC), q("Who?", "Virchow")],
        [q("Which stain?", "Kossa", **TOPIC), q("Which dye?", "Alizarin", **TOPIC), items("Stains", a="Giemsa")],
        [q("Which stain?", "Kossa", **TOPIC), q("Which dye?", "Alizarin", **TOPIC), row("T", "Site", "MICC", "hands")],
    ],
    "L70": [
        [choose("Which stain is black?", "Von Kossa, which binds to the phosphate", "Alizarin red", "PAS")],
        [choose("Which dye is red?", "Alizarin", "A dye of cochineal lice that Mexico exported", "Iron")],
        [choose("When?", "In the first weeks after birth, before walking", "At ten years")],
    ],
    "L71": [
        [choose("Which stain is black?", "Von Kossa", "Alizarin red", "All of the above")],
        [choose("Which dye is red?", "None of these", "Kossa")],
        [choose("Which salt?", "Both options", "Apatite", "Urate")],
        [choose("Which stain?", "Kossa", "Alizarin red", "All of these choices are correct")],
    ],
    "L72": [
        [case("A woman with systemic sclerosis has lumps.", ("Which disease?", "Systemic sclerosis"))],
        [case("A boy with **uraemia** itches.", ("Since when?", "Days"), ("Why?", "Uraemia"))],
        [choose("What is meant by dystrophic calcinosis?", "Dystrophic", "Metastatic")],
    ],
    "L73": [
        [case("A lump.", ("How fast is sclerosis?", "Slow"), ("Which disease?", "Sclerosis"))],
        [case("A lump.", ("Which?", "A cyst"), ("Which risks has sevelamer?", "Few"), ("Which drug?", "Sevelamer"))],
        [case("A lump.", ("What follows from uraemia?", "Itch"), ("Why?", "Uraemia"), show="before")],
    ],
    "L74": [
        [q("Which stain is black?", "Kossa", extra="Alizarin red shines."), q("Which shines?", "Alizarin red")],
        [
            q("What does alizarin red stain?", "Calcium"),
            *(q(f"Q{at}", f"a{at}") for at in range(7)),
            c("Red is {{c1::alizarin red}}."),
        ],
        [items("Stains of skin", a="Alizarin red or PAS"), choose("Which shines?", "Alizarin red", "Iron")],
    ],
}
